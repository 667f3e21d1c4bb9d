import * as tf from '@tensorflow/tfjs';
import { Glu } from './glu.js';
import { connected } from './model-outputs.js';

/**
 * What follows a normalised convolution of a generator: ReLU in StackGAN, a gated linear unit in the other two; nothing
 * in two places of StackGAN's official TensorFlow code.
 */
export type GeneratorActivation = 'relu' | 'glu' | 'none';

/** Channels that a convolution must have for `filters` to be left after the activation: a GLU halves them. */
export function channelsBefore(activation: GeneratorActivation, filters: number): number {
  return activation === 'glu' ? 2 * filters : filters;
}

export function activate(
  x: tf.SymbolicTensor,
  activation: GeneratorActivation,
  name: string,
): tf.SymbolicTensor {
  if (activation === 'none') return x;
  const layer =
    activation === 'glu'
      ? new Glu({ name: `${name}/glu` })
      : tf.layers.activation({ activation: 'relu', name: `${name}/relu` });
  return connected(layer, x);
}
