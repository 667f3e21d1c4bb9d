import type * as tf from '@tensorflow/tfjs';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import type { Discriminator } from '../discriminator.js';
import { jointPasses } from '../joint-passes.js';
import type { Judgement } from '../judgement.js';

/** What the discriminator of one branch learns from; pictures `[batch, side, side, 3]` in [-1, 1]. */
export interface BranchBatch {
  real: tf.Tensor4D;
  fake: tf.Tensor4D;
  /** Undefined for a model without text. */
  text:
    | {
        /** Real pictures that the text does not describe. */
        wrong: tf.Tensor4D;
        /** `[batch, conditionDim]`: the mean of the conditioning augmentation. */
        mean: tf.Tensor2D;
      }
    | undefined;
}

export interface BranchJudgements {
  real: Judgement;
  /** Undefined for a model without text. */
  wrong: Judgement | undefined;
  fake: Judgement;
}

export interface AdversarialWeights {
  adversarial: AdversarialLoss;
  /**
   * UNCOND_LOSS of the official code: weight of the heads that judge the picture alone, beside a weight of 1 for those
   * that compare it with its text. 0 leaves them out. A model without text has no such choice.
   */
  unconditionalWeight: number;
}

/** Means over the batch, before weighting; undefined where there is no such head. */
export interface HeadLosses {
  conditional: tf.Scalar | undefined;
  unconditional: tf.Scalar | undefined;
}

export interface DiscriminatorLoss {
  total: tf.Scalar;
  real: HeadLosses;
  /** Undefined for a model without text. */
  wrong: HeadLosses | undefined;
  fake: HeadLosses;
}

/**
 * Training passes over real, wrong and fake pictures, in the official order: batch normalisation sees each of them by
 * itself, and the running statistics depend on the order.
 */
export function judgeBranch(
  { backbone, conditionalHead, unconditionalHead }: Discriminator,
  { real, fake, text }: BranchBatch,
): BranchJudgements {
  const pictures = { real: [real], ...(text && { wrong: [text.wrong] }), fake: [fake] };
  const features = jointPasses(backbone, pictures);
  const ofHead = (head: tf.LayersModel | undefined, inputs: tf.Tensor[]) => {
    const { wrong } = features;
    if (head === undefined) return undefined;
    return jointPasses(head, {
      real: [features.real, ...inputs],
      ...(wrong && { wrong: [wrong, ...inputs] }),
      fake: [features.fake, ...inputs],
    });
  };
  const conditional = text && ofHead(conditionalHead, [text.mean]);
  const unconditional = ofHead(unconditionalHead, []);
  const judgement = (name: 'real' | 'wrong' | 'fake') => ({
    conditional: conditional?.[name],
    unconditional: unconditional?.[name],
  });
  return {
    real: judgement('real'),
    wrong: text && judgement('wrong'),
    fake: judgement('fake'),
  };
}

/**
 * The loss of one branch's discriminator (`train_Dnet` of the official code). With an unconditional weight u above 0 it is
 * the plain sum over real, wrong and fake of conditional + u · unconditional, where the head that sees the picture alone
 * should take a wrong picture, which is real, for real. With u = 0 it is real + ½ (wrong + fake); without text
 * real + fake.
 */
export function discriminatorLoss(
  judgements: BranchJudgements,
  { adversarial, unconditionalWeight }: AdversarialWeights,
): DiscriminatorLoss {
  const real = headLosses(judgements.real, adversarial.real, adversarial.real);
  const fake = headLosses(judgements.fake, adversarial.fake, adversarial.fake);
  if (judgements.wrong === undefined) {
    return { total: sum(real.unconditional, fake.unconditional), real, wrong: undefined, fake };
  }
  const wrong = headLosses(judgements.wrong, adversarial.fake, adversarial.real);
  const mistakes = sum(wrong.conditional, fake.conditional);
  const total =
    unconditionalWeight > 0
      ? sum(
          real.conditional,
          mistakes,
          sum(real.unconditional, wrong.unconditional, fake.unconditional).mul(unconditionalWeight),
        )
      : sum(real.conditional, mistakes.mul(0.5));
  return { total, real, wrong, fake };
}

/** The losses of both heads, where they have spoken. */
export function headLosses(
  { conditional, unconditional }: Judgement,
  ofConditional: (logits: tf.Tensor) => tf.Scalar,
  ofUnconditional: (logits: tf.Tensor) => tf.Scalar,
): HeadLosses {
  return {
    conditional: conditional === undefined ? undefined : ofConditional(conditional),
    unconditional: unconditional === undefined ? undefined : ofUnconditional(unconditional),
  };
}

function sum(...terms: (tf.Scalar | undefined)[]): tf.Scalar {
  const present = terms.filter((term) => term !== undefined);
  return present.reduce((total, term) => total.add(term));
}
