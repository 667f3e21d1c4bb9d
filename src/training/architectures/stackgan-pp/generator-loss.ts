import * as tf from '@tensorflow/tfjs';
import type { Augmentation } from '../../augmentation/shift-and-cut.js';
import { type ColorConsistencyTerms, colorConsistency } from '../../losses/color-consistency.js';
import { kullbackLeibler } from '../../losses/kullback-leibler.js';
import type { Discriminator } from '../discriminator.js';
import { judge } from '../judgement.js';
import { type AdversarialWeights, type HeadLosses, headLosses } from './discriminator-loss.js';
import type { GeneratorOutputs } from './generator.js';

/** The official code weighs the covariances 5 times as much as the means. */
const COVARIANCE_RATIO = 5;

/** How many pairs of scales the official code compares, from the finest on. */
const OFFICIAL_COLOR_PAIRS = 2;

export interface GeneratorLossWeights extends AdversarialWeights {
  /** Weight of the divergence, a mean over batch and dimensions. 2 in the official code. */
  klWeight: number;
  /**
   * COLOR_LOSS of the official code: weight of the colour consistency between neighbouring scales. There 50 without
   * text, where it is essential, and 0 with text.
   */
  colorWeight: number;
  /**
   * Whether only the two finest pairs of scales are compared. The official code does so, which leaves pairs out where
   * there are more than three branches; the paper compares all neighbours. @default false
   */
  finestColorsOnly?: boolean;
}

/** Means over the batch; all but the total before weighting. */
export interface GeneratorLoss {
  total: tf.Scalar;
  /** One a branch, coarsest first. */
  branches: HeadLosses[];
  /** Undefined without text. */
  kl: tf.Scalar | undefined;
  /** Number k compares branch k + 1 with branch k, if they are compared; empty where the weight is 0. */
  colors: (ColorConsistencyTerms | undefined)[];
}

/**
 * The loss of the generator (`train_Gnet` of the official code): over all branches conditional + u · unconditional,
 * and colour consistency and divergence. The gradient reaches the conditioning augmentation through the discriminators'
 * condition too. Each discriminator makes a training pass, which moves its running statistics.
 *
 * @param augment what the discriminators see of the pictures; the colours are those of the pictures themselves.
 */
export function generatorLoss(
  discriminators: readonly Discriminator[],
  { images, statistics }: GeneratorOutputs,
  weights: GeneratorLossWeights,
  augment: Augmentation = (images) => images,
): GeneratorLoss {
  const { adversarial, klWeight, colorWeight, finestColorsOnly = false } = weights;
  const branches = discriminators.map((discriminator, branch) => {
    const judgement = judge(discriminator, augment(imageAt(images, branch)), statistics?.mean, {
      training: true,
    });
    return headLosses(judgement, adversarial.generator, adversarial.generator);
  });
  const pairs = colorWeight === 0 ? [] : neighbours(images);
  const firstCompared = finestColorsOnly ? pairs.length - OFFICIAL_COLOR_PAIRS : 0;
  const colors = pairs.map(([finer, coarser], pair) =>
    pair < firstCompared ? undefined : colorConsistency(finer, coarser),
  );
  const kl = statistics === undefined ? undefined : kullbackLeibler(statistics.mean, statistics.logVariance);

  const terms = branches.map((losses) => weighted(losses, weights));
  for (const color of colors) {
    if (color !== undefined)
      terms.push(color.mean.add(color.covariance.mul(COVARIANCE_RATIO)).mul(colorWeight));
  }
  if (kl !== undefined) terms.push(kl.mul(klWeight));
  return { total: tf.addN(terms), branches, kl, colors };
}

function weighted(
  { conditional, unconditional }: HeadLosses,
  { unconditionalWeight }: AdversarialWeights,
): tf.Scalar {
  if (conditional === undefined) {
    if (unconditional === undefined) throw new TypeError('Expected a discriminator to have a head.');
    return unconditional;
  }
  if (unconditional === undefined || unconditionalWeight === 0) return conditional;
  return conditional.add(unconditional.mul(unconditionalWeight));
}

function neighbours(images: readonly tf.Tensor4D[]): [finer: tf.Tensor4D, coarser: tf.Tensor4D][] {
  return images.slice(1).map((finer, index) => [finer, imageAt(images, index)]);
}

function imageAt(images: readonly tf.Tensor4D[], branch: number): tf.Tensor4D {
  const image = images[branch];
  if (image === undefined) throw new RangeError(`There is no branch ${branch}.`);
  return image;
}
