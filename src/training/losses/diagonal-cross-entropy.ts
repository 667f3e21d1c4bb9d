import * as tf from '@tensorflow/tfjs';

/** Mean cross-entropy of the rows of `[batch, batch]` logits, where the right answer of row i is column i; a scalar. */
export function diagonalCrossEntropy(logits: tf.Tensor2D): tf.Scalar {
  const isAnswer = tf.eye(logits.shape[0]);
  return tf.logSoftmax(logits, 1).mul(isAnswer).sum(1).mean<tf.Scalar>().neg();
}
