import type * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization.js';
import { activate, channelsBefore, type GeneratorActivation } from './generator-activation.js';
import { connected } from './model-outputs.js';
import { UpConv2D } from './up-conv2d.js';

export interface UpBlockOptions {
  /** Channels that come out. */
  filters: number;
  activation: GeneratorActivation;
  name: string;
}

/**
 * Doubles height and width: nearest neighbour ×2, convolution 3×3 without bias, batch normalisation, activation
 * (`upBlock` of the official code of all three architectures).
 */
export function upBlock(
  x: tf.SymbolicTensor,
  { filters, activation, name }: UpBlockOptions,
): tf.SymbolicTensor {
  const convolution = new UpConv2D({ filters: channelsBefore(activation, filters), name: `${name}/conv` });
  const normalised = connected(new BatchNormalization({ name: `${name}/bn` }), connected(convolution, x));
  return activate(normalised, activation, name);
}
