import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from '../../layers/layer-inputs.js';

/**
 * How well all words of a text fit a picture (AttnGAN, equation 10): log sum exp(gamma2 r) over the words, divided by
 * gamma2 where `divided`.
 *
 * Inputs: relevance r `[images, texts, time]`, mask `[texts, time]` (1 = word, 0 = padding). Output `[images, texts]`.
 */
export class WordScore extends tf.layers.Layer {
  static className = 'WordScore';
  readonly gamma2: number;
  readonly divided: boolean;

  constructor(config: { name: string; gamma2: number; divided: boolean }) {
    super({ name: config.name });
    this.gamma2 = config.gamma2;
    this.divided = config.divided;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return shapeAt(inputShape, 0).slice(0, 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      // Cosines are at most 1, so that nothing overflows.
      const powers = tensorAt(inputs, 0).mul(this.gamma2).exp().mul(tensorAt(inputs, 1));
      const scores = powers.sum(-1).log();
      return this.divided ? scores.div(this.gamma2) : scores;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), gamma2: this.gamma2, divided: this.divided };
  }
}
