import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from '../../layers/layer-inputs.js';
import { cosines } from './cosines.js';

/**
 * How well each word of each text fits what it looks at in each picture: the cosine of the word and the regions' sum,
 * weighted by its attention.
 *
 * Inputs: regions `[images, height, width, dim]`, words `[texts, time, dim]`, attention `[images, texts, time,
 * height * width]` of `WordRegions`. Output `[images, texts, time]`, 0 at padding.
 */
export class WordRelevance extends tf.layers.Layer {
  static className = 'WordRelevance';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return shapeAt(inputShape, 2).slice(0, 3);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const regions = tensorAt(inputs, 0) as tf.Tensor4D;
      const words = tensorAt(inputs, 1) as tf.Tensor3D;
      const attention = tensorAt(inputs, 2) as tf.Tensor4D;
      const [images, texts, time, places] = attention.shape;
      const dim = words.shape[2];
      const contexts = tf.matMul(
        attention.reshape<tf.Tensor3D>([images, texts * time, places]),
        regions.reshape<tf.Tensor3D>([images, places, dim]),
      );
      return cosines(contexts.reshape([images, texts, time, dim]), words.expandDims(0));
    });
  }
}
