import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization.js';
import { UpConv2D } from './up-conv2d.js';

/**
 * Doubles height and width: nearest neighbour ×2, convolution 3×3 without bias, batch normalisation, ReLU
 * (`upBlock` of the official StackGAN code).
 */
export function upBlock(
  x: tf.SymbolicTensor,
  { filters, name }: { filters: number; name: string },
): tf.SymbolicTensor {
  const convolved = new UpConv2D({ filters, name: `${name}/conv` }).apply(x);
  const normalised = new BatchNormalization({ name: `${name}/bn` }).apply(convolved);
  return tf.layers
    .activation({ activation: 'relu', name: `${name}/relu` })
    .apply(normalised) as tf.SymbolicTensor;
}
