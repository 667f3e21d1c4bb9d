import type * as tf from '@tensorflow/tfjs';
import { suspendTape } from '../backend/suspend-tape.js';

/** Logits `[batch, 1]` of a discriminator. */
export interface JudgedLogits<Logits = tf.Tensor> {
  real: Logits;
  fake: Logits;
  /** Real pictures with a text that is not theirs. */
  wrong: Logits;
}

interface Accuracies<Share> {
  accuracyReal: Share;
  accuracyFake: Share;
  accuracyWrong: Share;
}

/**
 * Share of the pictures that a discriminator takes for what they are, 0 to 1: real ones by a logit above 0, fakes and
 * wrong pairs by one of at most 0. No gradient flows through them.
 */
export function accuracies(logits: JudgedLogits): Accuracies<tf.Scalar>;
export function accuracies(logits: JudgedLogits<tf.Tensor | undefined>): Accuracies<tf.Scalar | undefined>;
export function accuracies({
  real,
  fake,
  wrong,
}: JudgedLogits<tf.Tensor | undefined>): Accuracies<tf.Scalar | undefined> {
  return suspendTape(() => ({
    accuracyReal: real?.greater(0).mean<tf.Scalar>(),
    accuracyFake: fake?.lessEqual(0).mean<tf.Scalar>(),
    accuracyWrong: wrong?.lessEqual(0).mean<tf.Scalar>(),
  }));
}
