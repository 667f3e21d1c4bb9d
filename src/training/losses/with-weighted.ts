import type * as tf from '@tensorflow/tfjs';

/** A loss with one more term times its weight, where there is one. */
export function withWeighted(loss: tf.Scalar, term: tf.Scalar | undefined, weight: number): tf.Scalar {
  return term === undefined ? loss : loss.add(term.mul(weight));
}
