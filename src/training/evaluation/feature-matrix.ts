import { WordbrushError } from '../../sdk/errors.js';

/** One vector a picture or text, row-major: `values` are `[count, width]`. */
export interface FeatureMatrix {
  values: Float32Array;
  count: number;
  width: number;
}

/** Row `index` as a view. */
export function rowOf({ values, width }: FeatureMatrix, index: number): Float32Array {
  return values.subarray(index * width, (index + 1) * width);
}

/** The rows named by `indices`, in that order, as a copy. */
export function rowsOf(matrix: FeatureMatrix, indices: readonly number[]): FeatureMatrix {
  const values = new Float32Array(indices.length * matrix.width);
  for (const [row, index] of indices.entries()) values.set(rowOf(matrix, index), row * matrix.width);
  return { values, count: indices.length, width: matrix.width };
}

/** The same directions at length 1; a row of zeros stays one. */
export function normalizedRows(matrix: FeatureMatrix): FeatureMatrix {
  const values = new Float32Array(matrix.values.length);
  for (let index = 0; index < matrix.count; index++) {
    const row = rowOf(matrix, index);
    const length = Math.sqrt(dot(row, row)) || 1;
    for (let i = 0; i < row.length; i++) values[index * matrix.width + i] = (row[i] ?? 0) / length;
  }
  return { ...matrix, values };
}

/** The sum of products of two vectors of one length, in double precision. */
export function dot(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  // Four sums: one alone would wait for itself at every step.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const even = a.length - (a.length % 4);
  for (let i = 0; i < even; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (let i = even; i < a.length; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + (s2 + s3);
}

/** @throws WordbrushError INVALID_OPTION unless both have the same width and at least `least` finite rows. */
export function requireComparable(a: FeatureMatrix, b: FeatureMatrix, least: number): void {
  if (a.width !== b.width) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected features of one width, received ${a.width} and ${b.width}.`,
    );
  }
  for (const matrix of [a, b]) requireRows(matrix, least);
}

/** @throws WordbrushError INVALID_OPTION for fewer rows, other lengths than said, or numbers that are not finite. */
export function requireRows({ values, count, width }: FeatureMatrix, least: number): void {
  if (count < least) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected at least ${least} rows of features, received ${count}.`,
      { hint: 'Use more pictures.' },
    );
  }
  if (values.length !== count * width || !values.every(Number.isFinite)) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected ${count} × ${width} finite numbers, received ${values.length} or others.`,
    );
  }
}
