import { type FeatureMatrix, requireRows, rowOf } from './feature-matrix.js';
import { type Spread, spreadOf } from './spread.js';

export interface InceptionScore extends Spread {
  splits: number;
}

const PAPER_SPLITS = 10;

/**
 * The Inception score, exp(mean KL(p(y|x) || p(y))): from 1, all pictures look alike to a network or none like anything,
 * up to the number of classes. Mean and deviation over parts of the pictures in the order given (Salimans et al. 2016).
 * On the classes of another network than Inception-v3 it is an analogue, and cannot be compared.
 * @param probabilities `[pictures, classes]`, each row sums to 1.
 * @param splits at most one a picture. @default 10
 * @throws WordbrushError INVALID_OPTION without a row, or with numbers that are not finite.
 */
export function inceptionScore(probabilities: FeatureMatrix, splits: number = PAPER_SPLITS): InceptionScore {
  requireRows(probabilities, 1);
  const { count } = probabilities;
  const parts = Math.min(splits, count);
  const scores = Array.from({ length: parts }, (_, part) => {
    const begin = Math.floor((part * count) / parts);
    const end = Math.floor(((part + 1) * count) / parts);
    return scoreOf(probabilities, begin, end);
  });
  return { ...spreadOf(scores), splits: parts };
}

function scoreOf(probabilities: FeatureMatrix, begin: number, end: number): number {
  const marginal = new Float64Array(probabilities.width);
  for (let row = begin; row < end; row++) {
    for (const [i, value] of rowOf(probabilities, row).entries()) {
      marginal[i] = (marginal[i] ?? 0) + value / (end - begin);
    }
  }
  let divergence = 0;
  for (let row = begin; row < end; row++) {
    for (const [i, value] of rowOf(probabilities, row).entries()) {
      if (value > 0) divergence += value * Math.log(value / (marginal[i] ?? 0));
    }
  }
  return Math.exp(divergence / (end - begin));
}
