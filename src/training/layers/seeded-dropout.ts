import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../sdk/noise/random-stream.js';
import { type CallOptions, isTraining, onlyTensor, shapeAt } from './layer-inputs.js';

/**
 * Dropout that draws from our own generator, so that a seed gives one training run: a training pass sets a share `rate`
 * of the elements to 0 and scales the others up. The stream comes with the call:
 * `model.apply(inputs, { training: true, random })`.
 */
export class SeededDropout extends tf.layers.Layer {
  static className = 'SeededDropout';
  readonly rate: number;

  constructor(config: { name: string; rate: number }) {
    super({ name: config.name });
    if (!(config.rate >= 0 && config.rate < 1)) {
      throw new RangeError(`Expected a rate from 0 to below 1, received ${config.rate}.`);
    }
    this.rate = config.rate;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return shapeAt(inputShape, 0);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions): tf.Tensor {
    return tf.tidy(() => {
      const x = onlyTensor(inputs);
      if (!isTraining(options) || this.rate === 0) return x.clone();
      const { random } = options;
      if (!(random instanceof RandomStream)) {
        throw new TypeError(`Expected the stream that ${this.name} draws from as the option "random".`);
      }
      const kept = 1 - this.rate;
      const mask = Float32Array.from({ length: x.size }, () => (random.uniform() < kept ? 1 / kept : 0));
      return x.mul(tf.tensor(mask, x.shape));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate };
  }
}
