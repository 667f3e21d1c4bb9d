import * as tf from '@tensorflow/tfjs';
import { connected } from './model-outputs.js';

/** A map becomes a picture in [-1, 1]: convolution 3×3 to three channels without bias, tanh (`GET_IMAGE_G`). */
export function imageHead(map: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  const size = { filters: 3, kernelSize: 3, padding: 'same' } as const;
  return connected(tf.layers.conv2d({ ...size, useBias: false, activation: 'tanh', name }), map);
}
