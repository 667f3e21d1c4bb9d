import * as tf from '@tensorflow/tfjs';
import { channelsOf, onlyTensor, shapeAt } from './layer-inputs.js';

/** Repeats a vector at every place of a square map: `[batch, channels]` to `[batch, side, side, channels]`. */
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
    return tf.tidy(() => onlyTensor(inputs).expandDims(1).expandDims(1).tile([1, this.side, this.side, 1]));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), side: this.side };
  }
}
