import type * as tf from '@tensorflow/tfjs';

/** Keeps the product of two lengths from being zero, as in the official code. */
export const SMALLEST_PRODUCT = 1e-8;
/** Keeps the gradient of a length finite at the zero vector: of a caption without a known word, say. */
export const SMALLEST_SQUARE = 1e-30;

/** Cosines of the angles between vectors along the last axis; the other axes broadcast. */
export function cosines(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return a
    .mul(b)
    .sum(-1)
    .div(lengths(a).mul(lengths(b)).maximum(SMALLEST_PRODUCT));
}

/** Length of each vector along the last axis. */
function lengths(vectors: tf.Tensor): tf.Tensor {
  return vectors.square().sum(-1).maximum(SMALLEST_SQUARE).sqrt();
}
