import * as tf from '@tensorflow/tfjs';

/**
 * Divergence of N(mean, exp(logVariance)) from N(0, 1), **averaged** over batch and dimensions as in the official
 * code (`KL_loss`); the paper's formula sums over the dimensions. Inputs `[batch, dim]`, a scalar comes out.
 */
export function kullbackLeibler(mean: tf.Tensor, logVariance: tf.Tensor): tf.Scalar {
  return tf.tidy(() => mean.square().add(logVariance.exp()).sub(1).sub(logVariance).mean().mul(0.5));
}
