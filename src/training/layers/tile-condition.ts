import * as tf from '@tensorflow/tfjs';
import { channelsOf, onlyTensor, shapeAt } from './layer-inputs.js';

/**
 * Repeats a vector at every place of a square map: `[batch, channels]` to `[batch, side, side, channels]`.
 *
 * By adding to a map of zeros, whose gradient is one sum over the places; that of `tf.tile` is a slice and a sum for each.
 */
export class TileCondition extends tf.layers.Layer {
  static className = 'TileCondition';
  readonly side: number;

  constructor(config: { name: string; side: number }) {
    super({ name: config.name });
    this.side = config.side;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = shapeAt(inputShape, 0);
    return [shape[0] ?? null, this.side, this.side, channelsOf(shape)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const condition = onlyTensor(inputs).expandDims(1).expandDims(1);
      return condition.add(tf.zeros([1, this.side, this.side, 1]));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), side: this.side };
  }
}
