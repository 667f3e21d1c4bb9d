import { WordbrushError } from '../../sdk/errors.js';
import { dot, type FeatureMatrix, normalizedRows, requireRows, rowOf } from './feature-matrix.js';
import { type Spread, spreadOf } from './spread.js';

/** Mean over prompts of how far pictures of one prompt lie apart, 0 to 2; the deviation is over prompts. */
export interface Diversity extends Spread {
  prompts: number;
  picturesPerPrompt: number;
}

/**
 * How different pictures of the same prompt are: the mean cosine distance of the features of any two, 0 where all are
 * alike, as after a collapse.
 * @param features those of the first prompt's pictures, then of the second's, and so on.
 * @throws WordbrushError INVALID_OPTION unless there are whole prompts of at least two pictures.
 */
export function diversityPerPrompt(features: FeatureMatrix, picturesPerPrompt: number): Diversity {
  const prompts = features.count / picturesPerPrompt;
  if (!Number.isInteger(prompts) || picturesPerPrompt < 2) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected whole prompts of at least two pictures, received ${features.count} pictures of ${picturesPerPrompt} each.`,
    );
  }
  const distances = Array.from({ length: prompts }, (_, prompt) => {
    const first = prompt * picturesPerPrompt;
    return meanPairwiseDistance(features, first, first + picturesPerPrompt);
  });
  return { ...spreadOf(distances), prompts, picturesPerPrompt };
}

/**
 * The mean cosine distance, 0 to 2, of any two rows from `begin` up to `end`.
 * @throws WordbrushError INVALID_OPTION for fewer than two rows.
 */
export function meanPairwiseDistance(
  features: FeatureMatrix,
  begin = 0,
  end: number = features.count,
): number {
  const { width } = features;
  const some = { values: features.values.subarray(begin * width, end * width), count: end - begin, width };
  requireRows(some, 2);
  const rows = normalizedRows(some);
  // The squared length of the sum of unit vectors is their number and twice all products of pairs.
  const sum = new Float64Array(width);
  for (let index = 0; index < rows.count; index++) {
    for (const [i, value] of rowOf(rows, index).entries()) sum[i] = (sum[i] ?? 0) + value;
  }
  const own = dot(rows.values, rows.values);
  return 1 - (dot(sum, sum) - own) / (rows.count * (rows.count - 1));
}
