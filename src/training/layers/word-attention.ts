import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';

/**
 * Which caption's padding each place of a map is masked by. `perImage`: its own image's. `official`: the released code
 * of AttnGAN orders the rows of the mask by place and those of the maps by image, so that row r of a batch gets the
 * mask of caption r modulo batch; alike where all captions are equally long, and in a batch of one.
 */
export type AttentionMaskOrder = 'perImage' | 'official';

export interface WordAttentionConfig {
  name: string;
  /** @default 'perImage' */
  maskOrder?: AttentionMaskOrder;
}

/** Subtracted from the logits of padding; not infinity, of which a caption without a word would make NaN. */
const MASKED = 1e9;

/**
 * How much each place of a map attends to each word (AttnGAN, equation 2): the softmax over the words of the products
 * of place and word, not scaled.
 *
 * Inputs: map `[batch, height, width, channels]`, words in its space `[batch, words, channels]`, mask `[batch, words]`
 * (1 = word, 0 = padding). Output `[batch, height, width, words]`: sums to 1 over the words, exactly 0 at padding.
 */
export class WordAttention extends tf.layers.Layer {
  static className = 'WordAttention';
  static readonly masked = MASKED;
  readonly maskOrder: AttentionMaskOrder;

  constructor(config: WordAttentionConfig) {
    super({ name: config.name });
    this.maskOrder = config.maskOrder ?? 'perImage';
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = shapeAt(inputShape, 0);
    return [batch ?? null, height ?? null, width ?? null, shapeAt(inputShape, 1)[1] ?? null];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const map = ofRank(tensorAt(inputs, 0), 4);
      const words = ofRank(tensorAt(inputs, 1), 3);
      const [batch, height, width, channels] = map.shape;
      const count = words.shape[1];
      const places = map.reshape<tf.Tensor3D>([batch, height * width, channels]);
      const mask = this.maskOf(tensorAt(inputs, 2), [batch, height * width, count]);
      const logits = tf.matMul(places, words, false, true).add(mask.sub(1).mul(MASKED));
      return tf.softmax(logits).reshape([batch, height, width, count]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), maskOrder: this.maskOrder };
  }

  /** `[batch, 1 or places, words]` */
  private maskOf(mask: tf.Tensor, shape: [number, number, number]): tf.Tensor {
    return this.maskOrder === 'perImage' ? mask.expandDims(1) : mask.tile([shape[1], 1]).reshape(shape);
  }
}
