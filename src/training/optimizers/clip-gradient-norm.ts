import * as tf from '@tensorflow/tfjs';

/** Keeps the quotient finite where all gradients are zero, as in PyTorch. */
const EPSILON = 1e-6;

export interface ClippedGradients {
  /** New tensors, under the names of the gradients given. */
  gradients: Record<string, tf.Tensor>;
  /** The length of all gradients together before the clipping. */
  norm: number;
}

/**
 * Scales gradients so that all of them together are at most `maxNorm` long (PyTorch's `clip_grad_norm_`).
 * @param countOf how often a gradient counts in the length. @default once each
 */
export function clipGradientNorm(
  gradients: Readonly<Record<string, tf.Tensor>>,
  maxNorm: number,
  countOf: (name: string) => number = () => 1,
): ClippedGradients {
  const entries = Object.entries(gradients);
  const norm = tf.tidy(() => {
    const squares = entries.map(([name, gradient]) => gradient.square().sum().mul(countOf(name)));
    return squares.length === 0 ? 0 : (tf.addN(squares).sqrt().dataSync()[0] ?? Number.NaN);
  });
  const scale = Math.min(1, maxNorm / (norm + EPSILON));
  const scaled = entries.map(([name, gradient]) => [name, gradient.mul(scale)] as const);
  return { gradients: Object.fromEntries(scaled), norm };
}
