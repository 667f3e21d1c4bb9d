import * as tf from '@tensorflow/tfjs';
import { convBlock } from './conv-block.js';
import { activate, type GeneratorActivation } from './generator-activation.js';
import { connected } from './model-outputs.js';

export interface ResidualBlockOptions {
  /** Channels, the same before and after. */
  filters: number;
  activation: GeneratorActivation;
  name: string;
}

/**
 * Two normalised 3×3 convolutions, an activation between them, added to the input (`ResBlock` of the official code).
 * StackGAN has a ReLU after the sum; the gated blocks of StackGAN++ and AttnGAN have none.
 */
export function residualBlock(x: tf.SymbolicTensor, options: ResidualBlockOptions): tf.SymbolicTensor {
  const { filters, activation, name } = options;
  const inner = convBlock(x, { filters, activation, name: `${name}/first` });
  const outer = convBlock(inner, { filters, activation: 'none', name: `${name}/second` });
  const sum = connected(tf.layers.add({ name: `${name}/add` }), [x, outer]);
  return activation === 'relu' ? activate(sum, 'relu', `${name}/sum`) : sum;
}
