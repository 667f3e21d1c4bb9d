import * as tf from '@tensorflow/tfjs';
import { onlyTensor, shapeAt } from '../../layers/layer-inputs.js';

/**
 * Columns from 1 to `size` as rows that are 1 there and 0 elsewhere: `[batch, time]` int32 becomes
 * `[batch, time, size]`; 0 becomes a row of zeros.
 */
export class OneHotCharacters extends tf.layers.Layer {
  static className = 'OneHotCharacters';
  readonly size: number;

  constructor(config: { name: string; size: number }) {
    super({ name: config.name });
    this.size = config.size;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...shapeAt(inputShape, 0), this.size];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const columns = tf.range(1, this.size + 1, 1, 'int32');
      return onlyTensor(inputs).toInt().expandDims(2).equal(columns).toFloat();
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), size: this.size };
  }
}
