import { dot, type FeatureMatrix, requireComparable, rowOf } from './feature-matrix.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';

/**
 * The squared Fréchet distance between the normal distributions that two sets of features have the mean and covariance
 * of: |μ₁ - μ₂|² + tr(C₁ + C₂ - 2 (C₁C₂)^½), at least 0 (Heusel et al. 2017; covariances over n - 1 as the official code
 * has them). In double precision. Biased upwards by small sets, so only sets of one size may be compared.
 * @throws WordbrushError INVALID_OPTION for other widths, fewer than two rows or numbers that are not finite.
 */
export function frechetDistance(a: FeatureMatrix, b: FeatureMatrix): number {
  requireComparable(a, b, 2);
  const [ofA, ofB] = [momentsOf(a), momentsOf(b)];
  const between = squares(ofA.mean.map((value, i) => value - (ofB.mean[i] ?? 0)));
  const traces = squares(ofA.root.values) + squares(ofB.root.values);
  return Math.max(0, between + traces - 2 * traceOfGeometricMean(ofA.root, ofB.root));
}

/** Rows whose products with themselves are a covariance: `FᵀF = C`. */
interface CovarianceRoot {
  /** `[rows, width]` row-major. */
  values: Float64Array;
  rows: number;
  width: number;
}

function momentsOf(features: FeatureMatrix): { mean: Float64Array; root: CovarianceRoot } {
  const { count, width } = features;
  const mean = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    const values = rowOf(features, row);
    for (let i = 0; i < width; i++) mean[i] = (mean[i] ?? 0) + (values[i] ?? 0) / count;
  }
  const centred = new Float64Array(count * width);
  const scale = 1 / Math.sqrt(count - 1);
  for (let row = 0; row < count; row++) {
    const values = rowOf(features, row);
    for (let i = 0; i < width; i++) centred[row * width + i] = ((values[i] ?? 0) - (mean[i] ?? 0)) * scale;
  }
  const root = { values: centred, rows: count, width };
  // The covariance of many rows is smaller than the rows.
  return { mean, root: count > width ? triangularRoot(productOfColumns(root), width) : root };
}

/** `FᵀF`, `[width, width]`. */
function productOfColumns({ values, rows, width }: CovarianceRoot): Float64Array {
  const product = new Float64Array(width * width);
  for (let row = 0; row < rows; row++) {
    const begin = row * width;
    for (let i = 0; i < width; i++) {
      const value = values[begin + i] ?? 0;
      if (value === 0) continue;
      for (let j = i; j < width; j++) {
        const place = i * width + j;
        product[place] = (product[place] ?? 0) + value * (values[begin + j] ?? 0);
      }
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) product[i * width + j] = product[j * width + i] ?? 0;
  }
  return product;
}

/**
 * Cholesky's decomposition, the largest remaining diagonal first, which ends where nothing is left: features that are
 * always alike make a covariance singular. The rows are in the order of the columns as given.
 * @param matrix `[size, size]`; its content is lost.
 */
function triangularRoot(matrix: Float64Array, size: number): CovarianceRoot {
  const rows: Float64Array[] = [];
  const left = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i] ?? 0);
  const largest = Math.max(...left);
  for (let step = 0; step < size; step++) {
    let pivot = 0;
    for (let i = 1; i < size; i++) if ((left[i] ?? 0) > (left[pivot] ?? 0)) pivot = i;
    const square = left[pivot] ?? 0;
    if (square <= size * Number.EPSILON * largest) break;
    const row = matrix.slice(pivot * size, (pivot + 1) * size);
    for (const earlier of rows) {
      const factor = earlier[pivot] ?? 0;
      for (let i = 0; i < size; i++) row[i] = (row[i] ?? 0) - factor * (earlier[i] ?? 0);
    }
    const scale = 1 / Math.sqrt(square);
    for (let i = 0; i < size; i++) {
      // A column that was a pivot has nothing left.
      const value = left[i] === Number.NEGATIVE_INFINITY ? 0 : (row[i] ?? 0) * scale;
      row[i] = value;
      left[i] = (left[i] ?? 0) - value * value;
    }
    left[pivot] = Number.NEGATIVE_INFINITY;
    rows.push(row);
  }
  const values = new Float64Array(rows.length * size);
  for (const [index, row] of rows.entries()) values.set(row, index * size);
  return { values, rows: rows.length, width: size };
}

/** `tr (C₁C₂)^½`: the sum of the singular values of `F₁F₂ᵀ`. */
function traceOfGeometricMean(a: CovarianceRoot, b: CovarianceRoot): number {
  const [small, large] = a.rows <= b.rows ? [a, b] : [b, a];
  const cross: CovarianceRoot = { values: productOfRows(small, large), rows: small.rows, width: large.rows };
  const squared = symmetricEigenvalues(productOfRows(cross, cross), small.rows);
  // Below this an eigenvalue is what rounding left of 0.
  const least = small.rows * Number.EPSILON * squared.reduce((most, value) => Math.max(most, value), 0);
  return squared.reduce((sum, value) => sum + (value > least ? Math.sqrt(value) : 0), 0);
}

/** `F₁F₂ᵀ`, `[rows, rows]`. */
function productOfRows(a: CovarianceRoot, b: CovarianceRoot): Float64Array {
  const product = new Float64Array(a.rows * b.rows);
  const rowsOfB = Array.from({ length: b.rows }, (_, j) => b.values.subarray(j * b.width, (j + 1) * b.width));
  for (let i = 0; i < a.rows; i++) {
    const row = a.values.subarray(i * a.width, (i + 1) * a.width);
    for (const [j, other] of rowsOfB.entries()) product[i * b.rows + j] = dot(row, other);
  }
  return product;
}

function squares(values: Float64Array): number {
  return dot(values, values);
}
