import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from '../../layers/layer-inputs.js';
import { cosines } from './cosines.js';

/** Cosines of all pairs: of `[images, dim]` and `[texts, dim]` becomes `[images, texts]`. */
export class PairCosine extends tf.layers.Layer {
  static className = 'PairCosine';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [shapeAt(inputShape, 0)[0] ?? null, null];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => cosines(tensorAt(inputs, 0).expandDims(1), tensorAt(inputs, 1).expandDims(0)));
  }
}
