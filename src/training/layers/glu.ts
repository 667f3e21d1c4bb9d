import * as tf from '@tensorflow/tfjs';
import { channelsOf, onlyTensor, shapeAt } from './layer-inputs.js';

/** Gated linear unit: the first half of the last axis times the sigmoid of the second (`GLU` of the official code). */
export class Glu extends tf.layers.Layer {
  static className = 'GLU';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = shapeAt(inputShape, 0);
    return [...shape.slice(0, -1), channelsOf(shape) / 2];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [linear, gate] = tf.split(onlyTensor(inputs), 2, -1);
      if (linear === undefined || gate === undefined) throw new TypeError('Expected two halves.');
      return linear.mul(gate.sigmoid());
    });
  }
}
