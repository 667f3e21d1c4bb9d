import * as tf from '@tensorflow/tfjs';
import { shapeAt, tensorAt } from '../../layers/layer-inputs.js';
import { WordAttention } from '../../layers/word-attention.js';

/**
 * Where the words of each text look in each picture (AttnGAN, equations 7 to 9): the words share out each region, then
 * the regions each word, the second softmax sharpened by `gamma1`.
 *
 * Inputs: regions `[images, height, width, dim]`, words `[texts, time, dim]`, mask `[texts, time]` (1 = word, 0 =
 * padding). Output `[images, texts, time, height * width]`: sums to 1 over the regions, 0 at padding.
 */
export class WordRegions extends tf.layers.Layer {
  static className = 'WordRegions';
  readonly gamma1: number;

  constructor(config: { name: string; gamma1: number }) {
    super({ name: config.name });
    this.gamma1 = config.gamma1;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [images = null, height, width] = shapeAt(inputShape, 0);
    const regions = typeof height === 'number' && typeof width === 'number' ? height * width : null;
    return [images, null, null, regions];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const regions = tensorAt(inputs, 0) as tf.Tensor4D;
      const words = tensorAt(inputs, 1) as tf.Tensor3D;
      const [images, height, width, dim] = regions.shape;
      const [texts, time] = words.shape;
      const flat = regions.reshape<tf.Tensor2D>([images * height * width, dim]);
      const products = tf.matMul(flat, words.reshape<tf.Tensor2D>([texts * time, dim]), false, true);
      const mask = tensorAt(inputs, 2);
      const logits = products
        .reshape([images, height * width, texts, time])
        .add(mask.sub(1).mul(WordAttention.masked));
      const shares = tf.softmax(logits).transpose([0, 2, 3, 1]);
      return tf.softmax(shares.mul(this.gamma1)).mul(mask.expandDims(2));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), gamma1: this.gamma1 };
  }
}
