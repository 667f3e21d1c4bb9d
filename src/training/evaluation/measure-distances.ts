import { RandomStream } from '../../sdk/noise/index.js';
import type { Distances } from './evaluation-record.js';
import type { FeatureMatrix } from './feature-matrix.js';
import { frechetDistance } from './frechet-distance.js';
import { inceptionScoreAnalogue } from './inception-score-analogue.js';
import { kernelDistance } from './kernel-distance.js';
import type { Lite0Features } from './lite0-features.js';

/** Real pictures of a split with what EfficientNet-Lite0 sees in them. */
export interface RealFeatures extends Lite0Features {
  /** Of their pixels. */
  sha256: string;
}

const SUBSET_STREAM = 2001;
/** Two rows have a covariance. */
const LEAST = 2;

/**
 * Distances of drawn pictures from the real ones of a split, beside those that real pictures of the other split have;
 * undefined for fewer than two pictures.
 */
export function measureDistances(
  drawn: Lite0Features,
  reference: RealFeatures,
  other: RealFeatures | undefined,
  seed: number,
): Distances | undefined {
  if (drawn.pooled.count < LEAST || reference.pooled.count < LEAST) return undefined;
  const random = () => new RandomStream(seed, SUBSET_STREAM);
  const kernel = (features: FeatureMatrix) =>
    kernelDistance(features, reference.pooled, { random: random() });
  const real = other !== undefined && other.pooled.count >= LEAST ? other.pooled : undefined;
  return {
    reference: { pictures: reference.pooled.count, sha256: reference.sha256 },
    frechet: {
      drawn: frechetDistance(drawn.pooled, reference.pooled),
      pictures: drawn.pooled.count,
      ...(real !== undefined && likeWithLike(drawn.pooled, real, reference.pooled)),
    },
    kernel: { drawn: kernel(drawn.pooled), ...(real !== undefined && { real: kernel(real) }) },
    inceptionScoreAnalogue: {
      drawn: inceptionScoreAnalogue(drawn.probabilities),
      real: inceptionScoreAnalogue(reference.probabilities),
    },
  };
}

function likeWithLike(
  drawn: FeatureMatrix,
  real: FeatureMatrix,
  reference: FeatureMatrix,
): { real: number; drawnOfAsMany: number; asMany: number } {
  const asMany = Math.min(drawn.count, real.count);
  const some = ({ values, width }: FeatureMatrix): FeatureMatrix => ({
    values: values.subarray(0, asMany * width),
    count: asMany,
    width,
  });
  return {
    real: frechetDistance(some(real), reference),
    drawnOfAsMany: frechetDistance(some(drawn), reference),
    asMany,
  };
}
