import type * as tf from '@tensorflow/tfjs';
import type { NamedVariables } from '../weights/named-variables.js';

/** What moves variables against their gradients. */
export interface Optimizer {
  learningRate: number;
  /** Updates that are behind it. */
  steps: number;
  /** Moves every variable against its gradient; gradients are keyed by the variables' own TF.js names. */
  applyGradients(gradients: Readonly<Record<string, tf.Tensor>>): unknown;
  /** What it keeps beside the weights, by name, for a checkpoint. */
  moments(): NamedVariables;
}
