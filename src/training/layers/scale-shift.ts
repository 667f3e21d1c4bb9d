import * as tf from '@tensorflow/tfjs';
import { onlyTensor, shapeAt } from './layer-inputs.js';

/** `scale * x + shift`, elementwise: brings pictures into the range that a network was trained on. */
export class ScaleShift extends tf.layers.Layer {
  static className = 'ScaleShift';
  readonly scale: number;
  readonly shift: number;

  constructor(config: { name: string; scale: number; shift: number }) {
    super({ name: config.name });
    this.scale = config.scale;
    this.shift = config.shift;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return shapeAt(inputShape, 0);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => onlyTensor(inputs).mul(this.scale).add(this.shift));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), scale: this.scale, shift: this.shift };
  }
}
