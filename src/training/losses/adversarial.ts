import * as tf from '@tensorflow/tfjs';

/** `bce`: binary cross-entropy, as in the official code. `hinge`: Lim & Ye 2017, "Geometric GAN". */
export type AdversarialLossName = 'bce' | 'hinge';

/** What to do with logits `[batch, 1]`; each function gives the mean over the batch, a scalar. */
export interface AdversarialLoss {
  /** For the discriminator: these are real and fit their text. */
  real(logits: tf.Tensor): tf.Scalar;
  /** For the discriminator: these are fakes, or do not fit their text. */
  fake(logits: tf.Tensor): tf.Scalar;
  /** For the generator: the discriminator should have taken these fakes for real. */
  generator(logits: tf.Tensor): tf.Scalar;
}

export function adversarialLoss(name: AdversarialLossName): AdversarialLoss {
  return name === 'hinge' ? hinge : crossEntropy;
}

const hinge: AdversarialLoss = {
  real: (logits) => logits.neg().add(1).relu().mean<tf.Scalar>(),
  fake: (logits) => logits.add(1).relu().mean<tf.Scalar>(),
  generator: (logits) => logits.mean<tf.Scalar>().neg(),
};

// softplus(-x) = -log sigmoid(x): stable on logits, where log(sigmoid(x)) is not.
const crossEntropy: AdversarialLoss = {
  real: (logits) => tf.softplus(logits.neg()).mean<tf.Scalar>(),
  fake: (logits) => tf.softplus(logits).mean<tf.Scalar>(),
  generator: (logits) => tf.softplus(logits.neg()).mean<tf.Scalar>(),
};
