import * as tf from '@tensorflow/tfjs';
import { channelsOf, shapeAt, tensorAt } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';

/**
 * What each place of a map reads in the words it attends to (AttnGAN, equation 2): the words' sum, weighted by the
 * attention.
 *
 * Inputs: attention `[batch, height, width, words]`, words `[batch, words, channels]`. Output
 * `[batch, height, width, channels]`.
 */
export class WordContext extends tf.layers.Layer {
  static className = 'WordContext';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...shapeAt(inputShape, 0).slice(0, -1), channelsOf(shapeAt(inputShape, 1))];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const attention = ofRank(tensorAt(inputs, 0), 4);
      const words = ofRank(tensorAt(inputs, 1), 3);
      const [batch, height, width, count] = attention.shape;
      const rows = attention.reshape<tf.Tensor3D>([batch, height * width, count]);
      return tf.matMul(rows, words).reshape([batch, height, width, words.shape[2]]);
    });
  }
}
