import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { NamedVariables } from './named-variables.js';

/**
 * Draws the starting weights from our own generator, so that a seed gives one start everywhere: kernels, embeddings
 * and singular vectors N(0, 0.02), gammas N(1, 0.02), the rest 0, running variances 1 (`weights_init` of the
 * official code).
 */
export function initializeWeights(variables: NamedVariables, random: RandomStream, deviation = 0.02): void {
  for (const [name, variable] of variables) {
    const start = startOf(name);
    if (start === undefined) continue;
    const values = new Float32Array(variable.size);
    for (let i = 0; i < values.length; i++) values[i] = start + deviation * random.normal();
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

function startOf(name: string): number | undefined {
  if (/\/(kernel|recurrent_kernel|embeddings|singular_vector)$/.test(name)) return 0;
  if (name.endsWith('/gamma')) return 1;
  return undefined;
}
