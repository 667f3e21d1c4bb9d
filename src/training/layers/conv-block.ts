import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization.js';
import { activate, channelsBefore, type GeneratorActivation } from './generator-activation.js';
import { connected } from './model-outputs.js';

export interface ConvBlockOptions {
  /** Channels that come out. */
  filters: number;
  /** @default 3 */
  kernelSize?: number;
  /** @default 1 */
  strides?: number;
  activation: GeneratorActivation;
  name: string;
}

/** Convolution without bias, batch normalisation, activation (`Block3x3_relu`, `Block3x3_leakRelu`'s generator twin). */
export function convBlock(x: tf.SymbolicTensor, options: ConvBlockOptions): tf.SymbolicTensor {
  const { filters, kernelSize = 3, strides = 1, activation, name } = options;
  const convolution = tf.layers.conv2d({
    filters: channelsBefore(activation, filters),
    kernelSize,
    strides,
    padding: 'same',
    useBias: false,
    name: `${name}/conv`,
  });
  const normalised = connected(new BatchNormalization({ name: `${name}/bn` }), connected(convolution, x));
  return activate(normalised, activation, name);
}
