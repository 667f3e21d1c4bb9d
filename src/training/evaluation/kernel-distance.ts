import type { RandomStream } from '../../sdk/noise/index.js';
import { dot, type FeatureMatrix, requireComparable, rowOf } from './feature-matrix.js';
import { type Spread, spreadOf } from './spread.js';

export interface KernelDistanceOptions {
  /** How many random subsets the distance is taken of. @default 20 */
  subsets?: number;
  /** Rows of each set in a subset; at most as many as the smaller set has. @default 500 */
  subsetSize?: number;
  random: RandomStream;
}

export interface KernelDistance extends Spread {
  subsets: number;
  subsetSize: number;
}

/**
 * The kernel distance of two sets of features: the squared maximum mean discrepancy under the kernel (x·y / width + 1)³,
 * without bias, so 0 on average for sets of one origin and sometimes below; mean and deviation over random subsets (KID of
 * Binkowski et al. 2018). Unlike the Fréchet distance it does not grow as sets shrink. In double precision.
 * Takes about `subsets × subsetSize² × 2 × width` multiplications: a second a billion.
 * @throws WordbrushError INVALID_OPTION for other widths, fewer than two rows or numbers that are not finite.
 */
export function kernelDistance(
  a: FeatureMatrix,
  b: FeatureMatrix,
  { subsets = 20, subsetSize = 500, random }: KernelDistanceOptions,
): KernelDistance {
  requireComparable(a, b, 2);
  const size = Math.max(2, Math.min(subsetSize, a.count, b.count));
  // There is only one subset of everything.
  const rounds = size === a.count && size === b.count ? 1 : subsets;
  const distances = Array.from({ length: rounds }, () =>
    squaredDiscrepancy(drawRows(a, size, random), drawRows(b, size, random)),
  );
  return { ...spreadOf(distances), subsets: rounds, subsetSize: size };
}

/** `size` different rows. */
function drawRows(matrix: FeatureMatrix, size: number, random: RandomStream): Float32Array[] {
  const order = random.shuffle(Array.from({ length: matrix.count }, (_, index) => index));
  return order.slice(0, size).map((index) => rowOf(matrix, index));
}

/** Pairs within a set are of two different rows, which makes it unbiased. */
function squaredDiscrepancy(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let across = 0;
  for (const x of a) for (const y of b) across += kernel(x, y);
  return meanWithin(a) + meanWithin(b) - (2 * across) / (a.length * b.length);
}

function meanWithin(rows: readonly Float32Array[]): number {
  let sum = 0;
  for (const [i, x] of rows.entries()) {
    for (let j = 0; j < i; j++) sum += kernel(x, rows[j] ?? x);
  }
  return (2 * sum) / (rows.length * (rows.length - 1));
}

function kernel(x: Float32Array, y: Float32Array): number {
  return (dot(x, y) / x.length + 1) ** 3;
}
