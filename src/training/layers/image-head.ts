import * as tf from '@tensorflow/tfjs';

/** A map becomes a picture in [-1, 1]: convolution 3×3 to three channels without bias, tanh (`GET_IMAGE_G`). */
export function imageHead(map: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return tf.layers
    .conv2d({ filters: 3, kernelSize: 3, padding: 'same', useBias: false, activation: 'tanh', name })
    .apply(map) as tf.SymbolicTensor;
}
