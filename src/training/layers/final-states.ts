import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';

/**
 * The final states of both directions of a bi-LSTM, `[batch, 2 units]`: the forward state at the last true word,
 * then the backward state at the first. Inputs: both outputs side by side `[batch, time, 2 units]`, and lengths
 * `[batch]`.
 */
export class FinalStates extends tf.layers.Layer {
  static className = 'FinalStates';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, , channels] = shapeAt(inputShape, 0);
    return [batch ?? null, channels ?? null];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const states = ofRank(tensorAt(inputs, 0), 3);
      const [batch, time, channels] = states.shape;
      const units = channels / 2;
      const last = tensorAt(inputs, 1).cast('float32').sub(1).reshape([batch, 1, 1]);
      const isLast = tf.range(0, time, 1, 'float32').reshape([1, time, 1]).equal(last).cast('float32');
      const forward = states.slice([0, 0, 0], [-1, -1, units]).mul(isLast).sum(1);
      const backward = states.slice([0, 0, units], [-1, 1, units]).reshape([batch, units]);
      return tf.concat([forward, backward], 1);
    });
  }
}
