import * as tf from '@tensorflow/tfjs';
import type { AdversarialLoss } from '../losses/adversarial.js';
import type { ConditionalDiscriminator } from './discriminator.js';
import { jointPasses } from './joint-passes.js';
import { judge } from './judgement.js';

/** What a discriminator learns from; pictures `[batch, side, side, 3]` in [-1, 1]. */
export interface MatchingBatch {
  reals: tf.Tensor4D;
  fakes: tf.Tensor4D;
  /** `[batch, conditionDim]`, row i describing picture i. */
  conditions: tf.Tensor2D;
  /**
   * Real pictures that the texts do not describe, as in the official TensorFlow code. Without them picture i goes with
   * the text of picture i + 1, one pair fewer than pictures, as in the official PyTorch code.
   */
  wrongs?: tf.Tensor4D | undefined;
}

/** Logits `[batch, 1]`; the last two are undefined where there is no head that judges the picture alone. */
export interface MatchingLogits {
  real: tf.Tensor;
  wrong: tf.Tensor;
  fake: tf.Tensor;
  realAlone: tf.Tensor | undefined;
  fakeAlone: tf.Tensor | undefined;
}

/**
 * How the terms of both heads add up to the discriminator's loss.
 * - `mean`: mean of the terms that should be real plus mean of those that should not (Stage-II in PyTorch, AttnGAN).
 * - `sum`: real + ½ (wrong + fake) of the conditional head, plus real + fake of the other.
 *
 * Without the second head both are real + ½ (wrong + fake).
 */
export type HeadCombination = 'mean' | 'sum';

/** Scalars, means over the batch. */
export interface MatchingLoss {
  total: tf.Scalar;
  /** The terms by the names of their logits, not weighted. */
  terms: {
    [Name in keyof MatchingLogits]: MatchingLogits[Name] extends tf.Tensor
      ? tf.Scalar
      : tf.Scalar | undefined;
  };
}

/** In which order a discriminator looks at pairs after the real ones: StackGAN has `wrongFirst`, AttnGAN `fakeFirst`. */
export type PairOrder = 'wrongFirst' | 'fakeFirst';

/**
 * Training passes over real pairs, wrong and fake ones in the order given, then over real pictures and fakes alone. Batch
 * normalisation sees each by itself and in this order, which its running statistics depend on.
 */
export function judgePairs(
  discriminator: ConditionalDiscriminator,
  batch: MatchingBatch,
  order: PairOrder = 'wrongFirst',
): MatchingLogits {
  const { backbone, conditionalHead, unconditionalHead } = discriminator;
  const { reals, fakes, conditions, wrongs } = batch;
  const pictures = { real: [reals], ...(wrongs && { wrong: [wrongs] }), fake: [fakes] };
  const features = jointPasses(backbone, pictures);
  const ofWrong = { wrong: wrongPairs(features, conditions) };
  const ofFake = { fake: [features.fake, conditions] };
  const pairs = order === 'wrongFirst' ? { ...ofWrong, ...ofFake } : { ...ofFake, ...ofWrong };
  const { real, wrong, fake } = jointPasses(conditionalHead, {
    real: [features.real, conditions],
    ...pairs,
  });
  if (unconditionalHead === undefined) {
    return { real, wrong, fake, realAlone: undefined, fakeAlone: undefined };
  }
  const pictureFeatures = { real: [features.real], fake: [features.fake] };
  const alone = jointPasses(unconditionalHead, pictureFeatures);
  return { real, wrong, fake, realAlone: alone.real, fakeAlone: alone.fake };
}

/** The discriminator's loss over those logits. */
export function matchingLoss(
  logits: MatchingLogits,
  adversarial: AdversarialLoss,
  combination: HeadCombination,
): MatchingLoss {
  const { realAlone, fakeAlone } = logits;
  const real = adversarial.real(logits.real);
  const wrong = adversarial.fake(logits.wrong);
  const fake = adversarial.fake(logits.fake);
  if (realAlone === undefined || fakeAlone === undefined) {
    const total = real.add<tf.Scalar>(wrong.add(fake).mul(0.5));
    return { total, terms: { real, wrong, fake, realAlone: undefined, fakeAlone: undefined } };
  }
  const terms = {
    real,
    wrong,
    fake,
    realAlone: adversarial.real(realAlone),
    fakeAlone: adversarial.fake(fakeAlone),
  };
  return { total: combination === 'mean' ? sumOfMeans(terms) : sumOfHeads(terms), terms };
}

/** A training pass over the fakes, with the gradient's way back to the generator. */
export function judgeFakes(
  discriminator: ConditionalDiscriminator,
  fakes: tf.Tensor4D,
  conditions: tf.Tensor2D,
): Pick<MatchingLogits, 'fake' | 'fakeAlone'> {
  const { conditional, unconditional } = judge(discriminator, fakes, conditions, { training: true });
  return { fake: conditional, fakeAlone: unconditional };
}

/** Scalars, means over the batch. */
export interface FakeLoss {
  total: tf.Scalar;
  terms: { fake: tf.Scalar; fakeAlone: tf.Scalar | undefined };
}

/** The generator's adversarial loss over the logits of its fakes: the sum over both heads. */
export function fakeLoss(
  logits: Pick<MatchingLogits, 'fake' | 'fakeAlone'>,
  adversarial: AdversarialLoss,
): FakeLoss {
  const fake = adversarial.generator(logits.fake);
  if (logits.fakeAlone === undefined) return { total: fake, terms: { fake, fakeAlone: undefined } };
  const fakeAlone = adversarial.generator(logits.fakeAlone);
  return { total: fake.add(fakeAlone), terms: { fake, fakeAlone } };
}

/** Wrong pictures with the texts that do not describe them; without any, picture i with the text of picture i + 1. */
function wrongPairs(features: { real: tf.Tensor; wrong?: tf.Tensor }, conditions: tf.Tensor2D): tf.Tensor[] {
  if (features.wrong !== undefined) return [features.wrong, conditions];
  const pairs = conditions.shape[0] - 1;
  return [features.real.slice(0, pairs), conditions.slice(1, pairs)];
}

type TermsOfBothHeads = Record<keyof MatchingLogits, tf.Scalar>;

function sumOfMeans({ real, wrong, fake, realAlone, fakeAlone }: TermsOfBothHeads): tf.Scalar {
  return tf.addN([real.add(realAlone).div(2), wrong.add(fake).add(fakeAlone).div(3)]);
}

function sumOfHeads({ real, wrong, fake, realAlone, fakeAlone }: TermsOfBothHeads): tf.Scalar {
  return tf.addN([real, wrong.add(fake).div(2), realAlone, fakeAlone]);
}
