import { RandomStream } from '../../sdk/noise/index.js';
import type { Distances, InceptionDistances } from './evaluation-record.js';
import type { FeatureMatrix } from './feature-matrix.js';
import type { Features } from './feature-network.js';
import { frechetDistance } from './frechet-distance.js';
import { inceptionScore } from './inception-score.js';
import { kernelDistance } from './kernel-distance.js';

/** What a network sees in drawn pictures, in the real ones of their split, and in those of the other split. */
export interface ComparedFeatures {
  drawn: Features;
  reference: Features;
  other: Features | undefined;
}

const SUBSET_STREAM = 2001;
/** Two rows have a covariance. */
const LEAST = 2;

/**
 * Distances of drawn pictures from the real ones of a split, beside those that real pictures of the other split have;
 * undefined for fewer than two pictures.
 * @param referenceSha256 of the real pictures' pixels.
 */
export function measureDistances(
  compared: ComparedFeatures,
  { referenceSha256, seed }: { referenceSha256: string; seed: number },
): Distances | undefined {
  const { drawn, reference } = compared;
  if (!areEnough(compared)) return undefined;
  const random = () => new RandomStream(seed, SUBSET_STREAM);
  const kernel = (features: FeatureMatrix) =>
    kernelDistance(features, reference.pooled, { random: random() });
  const real = realOf(compared);
  const score = scoresOf(compared);
  return {
    reference: { pictures: reference.pooled.count, sha256: referenceSha256 },
    frechet: frechetBeside(compared),
    kernel: { drawn: kernel(drawn.pooled), ...(real !== undefined && { real: kernel(real) }) },
    ...(score !== undefined && { inceptionScoreAnalogue: score }),
  };
}

/** FID's formula and the Inception score on Inception-v3; undefined for fewer than two pictures. */
export function measureInception(compared: ComparedFeatures): InceptionDistances | undefined {
  if (!areEnough(compared)) return undefined;
  const score = scoresOf(compared);
  return { frechet: frechetBeside(compared), ...(score !== undefined && { inceptionScore: score }) };
}

function areEnough({ drawn, reference }: ComparedFeatures): boolean {
  return drawn.pooled.count >= LEAST && reference.pooled.count >= LEAST;
}

function realOf({ other }: ComparedFeatures): FeatureMatrix | undefined {
  return other !== undefined && other.pooled.count >= LEAST ? other.pooled : undefined;
}

function scoresOf({ drawn, reference }: ComparedFeatures): InceptionDistances['inceptionScore'] {
  if (drawn.probabilities === undefined || reference.probabilities === undefined) return undefined;
  return { drawn: inceptionScore(drawn.probabilities), real: inceptionScore(reference.probabilities) };
}

/** The distance of all drawn pictures, and like with like: as many drawn ones as the other split has real ones. */
function frechetBeside(compared: ComparedFeatures): Distances['frechet'] {
  const { pooled: drawn } = compared.drawn;
  const { pooled: reference } = compared.reference;
  const all = { drawn: frechetDistance(drawn, reference), pictures: drawn.count };
  const real = realOf(compared);
  if (real === undefined) return all;
  const asMany = Math.min(drawn.count, real.count);
  const some = ({ values, width }: FeatureMatrix): FeatureMatrix => ({
    values: values.subarray(0, asMany * width),
    count: asMany,
    width,
  });
  return {
    ...all,
    real: frechetDistance(some(real), reference),
    drawnOfAsMany: asMany === drawn.count ? all.drawn : frechetDistance(some(drawn), reference),
    asMany,
  };
}
