import * as tf from '@tensorflow/tfjs';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import type { ConditionalDiscriminator } from '../discriminator.js';

/**
 * What a discriminator looks at: pictures of its size, `[batch, size, size, 3]`, and `[batch, sentenceDim]`; at least two
 * rows, for a wrong pair.
 */
export interface JudgedBatch {
  reals: tf.Tensor4D;
  fakes: tf.Tensor4D;
  sentences: tf.Tensor2D;
}

/** Logits of a discriminator's training passes, `[batch, 1]`. */
export interface DiscriminatorLogits {
  conditional: {
    real: tf.Tensor;
    fake: tf.Tensor;
    /** Real pictures, each with the sentence of the next one, `[batch - 1, 1]`. */
    wrong: tf.Tensor;
  };
  /** Undefined for a discriminator without that head (AttnDCGAN). */
  unconditional: { real: tf.Tensor; fake: tf.Tensor } | undefined;
}

/**
 * The training passes of a discriminator, each normalised by its own batch, in the order of the official code, which
 * decides the running statistics: backbone real, fake; conditional head real, fake, wrong; the other head real, fake.
 */
export function judgeInTraining(
  discriminator: ConditionalDiscriminator,
  { reals, fakes, sentences }: JudgedBatch,
): DiscriminatorLogits {
  const { backbone, conditionalHead, unconditionalHead } = discriminator;
  const apply = (model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]) =>
    model.apply(inputs, { training: true }) as tf.Tensor;
  const realFeatures = apply(backbone, reals);
  const fakeFeatures = apply(backbone, fakes);
  const real = apply(conditionalHead, [realFeatures, sentences]);
  const fake = apply(conditionalHead, [fakeFeatures, sentences]);
  const wrongPairs = reals.shape[0] - 1;
  const wrong = apply(conditionalHead, [realFeatures.slice(0, wrongPairs), sentences.slice(1, wrongPairs)]);
  return {
    conditional: { real, fake, wrong },
    unconditional:
      unconditionalHead === undefined
        ? undefined
        : { real: apply(unconditionalHead, realFeatures), fake: apply(unconditionalHead, fakeFeatures) },
  };
}

/** Means over the batch, and what the discriminator minimises. */
export interface DiscriminatorLoss {
  realConditional: tf.Scalar;
  fakeConditional: tf.Scalar;
  wrongConditional: tf.Scalar;
  realUnconditional: tf.Scalar | undefined;
  fakeUnconditional: tf.Scalar | undefined;
  total: tf.Scalar;
}

/**
 * The mean of what it says of real pairs and the mean of what it says of fakes and wrong pairs (`discriminator_loss` of
 * the official code): 1/2 (real_u + real_c) + 1/3 (fake_u + fake_c + wrong_c), and without an unconditional head
 * real_c + 1/2 (fake_c + wrong_c).
 */
export function discriminatorLoss(
  { conditional, unconditional }: DiscriminatorLogits,
  adversarial: AdversarialLoss,
): DiscriminatorLoss {
  const { real, fake, wrong } = conditional;
  const terms = {
    realConditional: adversarial.real(real),
    fakeConditional: adversarial.fake(fake),
    wrongConditional: adversarial.fake(wrong),
    realUnconditional: unconditional === undefined ? undefined : adversarial.real(unconditional.real),
    fakeUnconditional: unconditional === undefined ? undefined : adversarial.fake(unconditional.fake),
  };
  const rights = mean([terms.realUnconditional, terms.realConditional]);
  const wrongs = mean([terms.fakeUnconditional, terms.fakeConditional, terms.wrongConditional]);
  return { ...terms, total: rights.add(wrongs) as tf.Scalar };
}

function mean(terms: readonly (tf.Scalar | undefined)[]): tf.Scalar {
  const present = terms.filter((term) => term !== undefined);
  return tf.addN(present).div(present.length) as tf.Scalar;
}
