import * as tf from '@tensorflow/tfjs';
import { onlyTensor, shapeAt } from './layer-inputs.js';

/** Features `[begin, begin + size)` of the last axis of a `[batch, features]` tensor. */
export class FeatureSlice extends tf.layers.Layer {
  static className = 'FeatureSlice';
  readonly begin: number;
  readonly size: number;

  constructor(config: { name: string; begin: number; size: number }) {
    super({ name: config.name });
    this.begin = config.begin;
    this.size = config.size;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...shapeAt(inputShape, 0).slice(0, -1), this.size];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => onlyTensor(inputs).slice([0, this.begin], [-1, this.size]));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), begin: this.begin, size: this.size };
  }
}
