import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization.js';

/**
 * Doubles height and width: nearest neighbour ×2, convolution 3×3 without bias, batch normalisation, ReLU
 * (`upBlock` of the official StackGAN code).
 */
export function upBlock(
  x: tf.SymbolicTensor,
  { filters, name }: { filters: number; name: string },
): tf.SymbolicTensor {
  const upSampled = tf.layers.upSampling2d({ size: [2, 2], name: `${name}/nearest` }).apply(x);
  const convolved = tf.layers
    .conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false, name: `${name}/conv` })
    .apply(upSampled);
  const normalised = new BatchNormalization({ name: `${name}/bn` }).apply(convolved);
  return tf.layers
    .activation({ activation: 'relu', name: `${name}/relu` })
    .apply(normalised) as tf.SymbolicTensor;
}
