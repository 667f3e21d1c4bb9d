import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from './layer-inputs.js';

/** `mean + exp(logVariance / 2) * noise`, elementwise over three inputs of one shape: the reparameterised draw. */
export class GaussianSample extends tf.layers.Layer {
  static className = 'GaussianSample';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return shapeAt(inputShape, 0);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const deviation = tensorAt(inputs, 1).mul(0.5).exp();
      return tensorAt(inputs, 0).add(deviation.mul(tensorAt(inputs, 2)));
    });
  }
}
