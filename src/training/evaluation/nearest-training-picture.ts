import { dot, type FeatureMatrix, normalizedRows, requireComparable, rowOf } from './feature-matrix.js';
import { quantile } from './spread.js';

/** The training picture that is most like a picture. */
export interface Nearest {
  /** Its row. */
  index: number;
  /** Cosine distance of the features, 0 to 2. */
  distance: number;
}

/** How near drawn pictures come to training pictures, beside how near real held-out ones come. */
export interface NearestSummary {
  medianDistance: number;
  medianDistanceOfReal: number;
  /** What one in twenty of the real pictures stays below. */
  threshold: number;
  /** Share of drawn pictures below the threshold: 0.05 is what real ones have; 1 means that all are as good as copies. */
  shareBelow: number;
}

const RARE_SHARE = 0.05;

/**
 * For each picture the training picture with the smallest cosine distance of features.
 * @throws WordbrushError INVALID_OPTION for other widths, no row or numbers that are not finite.
 */
export function nearestTrainingPictures(pictures: FeatureMatrix, training: FeatureMatrix): Nearest[] {
  requireComparable(pictures, training, 1);
  const [queries, candidates] = [normalizedRows(pictures), normalizedRows(training)];
  return Array.from({ length: queries.count }, (_, row) => {
    const query = rowOf(queries, row);
    let nearest: Nearest = { index: 0, distance: Number.POSITIVE_INFINITY };
    for (let index = 0; index < candidates.count; index++) {
      const distance = 1 - dot(query, rowOf(candidates, index));
      if (distance < nearest.distance) nearest = { index, distance };
    }
    return nearest;
  });
}

/** Compares the distances of drawn pictures with those of real pictures that were not trained on. */
export function summarizeNearest(drawn: readonly Nearest[], real: readonly Nearest[]): NearestSummary {
  const distances = drawn.map(({ distance }) => distance);
  const ofReal = real.map(({ distance }) => distance);
  const threshold = quantile(ofReal, RARE_SHARE);
  return {
    medianDistance: quantile(distances, 0.5),
    medianDistanceOfReal: quantile(ofReal, 0.5),
    threshold,
    shareBelow: distances.filter((distance) => distance < threshold).length / distances.length,
  };
}
