import * as tf from '@tensorflow/tfjs';
import { onlyTensor, shapeAt } from './layer-inputs.js';

/** Keeps a vector of zeros, as of a caption without a known word, from being divided by zero. */
const EPSILON = 1e-8;

/** Scales each vector of `[batch, features]` so that the mean of its squares is 1. */
export class RootMeanSquareNorm extends tf.layers.Layer {
  static className = 'RootMeanSquareNorm';
  static readonly epsilon = EPSILON;

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return shapeAt(inputShape, 0);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = onlyTensor(inputs);
      return x.div(x.square().mean(-1, true).add(EPSILON).sqrt());
    });
  }
}
