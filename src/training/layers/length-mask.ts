import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from './layer-inputs.js';

/**
 * Inputs token ids `[batch, time]` or word vectors `[batch, time, channels]`, and lengths `[batch]`; output
 * `[batch, time]`, 1 at words and 0 at padding.
 */
export class LengthMask extends tf.layers.Layer {
  static className = 'LengthMask';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return shapeAt(inputShape, 0).slice(0, 2);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const time = tensorAt(inputs, 0).shape[1] ?? 0;
      const positions = tf.range(0, time, 1, 'float32').expandDims(0);
      return positions.less(tensorAt(inputs, 1).cast('float32').expandDims(1)).cast('float32');
    });
  }
}
