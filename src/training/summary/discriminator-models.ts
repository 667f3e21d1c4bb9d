import type * as tf from '@tensorflow/tfjs';
import type { Discriminator } from '../architectures/discriminator.js';

/** Backbone and heads: what makes up one discriminator. */
export function discriminatorModels(discriminator: Discriminator): tf.LayersModel[] {
  const { backbone, conditionalHead, unconditionalHead } = discriminator;
  return [backbone, conditionalHead, unconditionalHead].filter((model) => model !== undefined);
}
