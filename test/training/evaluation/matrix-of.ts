import type { FeatureMatrix } from '../../../src/training/evaluation/feature-matrix.js';

/** Rows of equal length as a matrix of features. */
export function matrixOf(rows: readonly (readonly number[])[]): FeatureMatrix {
  return { values: Float32Array.from(rows.flat()), count: rows.length, width: rows[0]?.length ?? 0 };
}
