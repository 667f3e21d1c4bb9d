import * as tf from '@tensorflow/tfjs';
import { convBlock } from './conv-block.js';
import { activate } from './generator-activation.js';
import { connected } from './model-outputs.js';

export interface ResidualBottleneckOptions {
  /** Channels, the same before and after. */
  filters: number;
  name: string;
}

/**
 * Convolutions 1×1 and 3×3 at a quarter of the channels and 3×3 back to all of them, each normalised, added to the input,
 * ReLU: the residual block of StackGAN's official TensorFlow code.
 */
export function residualBottleneck(
  x: tf.SymbolicTensor,
  { filters, name }: ResidualBottleneckOptions,
): tf.SymbolicTensor {
  const narrow = { filters: filters / 4, activation: 'relu' } as const;
  const reduced = convBlock(x, { ...narrow, kernelSize: 1, name: `${name}/reduce` });
  const inner = convBlock(reduced, { ...narrow, name: `${name}/inner` });
  const outer = convBlock(inner, { filters, activation: 'none', name: `${name}/expand` });
  const sum = connected(tf.layers.add({ name: `${name}/add` }), [x, outer]);
  return activate(sum, 'relu', `${name}/sum`);
}
