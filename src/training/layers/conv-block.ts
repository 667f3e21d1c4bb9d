import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization.js';
import { activate, channelsBefore, type GeneratorActivation } from './generator-activation.js';

export interface ConvBlockOptions {
  /** Channels that come out. */
  filters: number;
  activation: GeneratorActivation;
  name: string;
}

/** Convolution 3×3 without bias, batch normalisation, activation (`Block3x3_relu`, `Block3x3_leakRelu`'s generator twin). */
export function convBlock(
  x: tf.SymbolicTensor,
  { filters, activation, name }: ConvBlockOptions,
): tf.SymbolicTensor {
  return activate(normalisedConv(x, channelsBefore(activation, filters), name), activation, name);
}

/** Convolution 3×3 without bias and batch normalisation. */
export function normalisedConv(x: tf.SymbolicTensor, filters: number, name: string): tf.SymbolicTensor {
  const convolved = tf.layers
    .conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false, name: `${name}/conv` })
    .apply(x);
  return new BatchNormalization({ name: `${name}/bn` }).apply(convolved) as tf.SymbolicTensor;
}
