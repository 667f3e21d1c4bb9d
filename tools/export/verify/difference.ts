import type { TensorData } from '../graph/tensor-data.js';

/**
 * The largest absolute difference between two tensors; infinite where shapes differ or only one of two elements is
 * a finite number. Two NaNs count as equal, and so do two equal infinities.
 */
export function maxAbsoluteDifference(actual: TensorData | undefined, expected: TensorData): number {
  if (actual === undefined || !sameShape(actual.shape, expected.shape)) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < expected.data.length; index++) {
    const a = Number(actual.data[index]);
    const b = Number(expected.data[index]);
    if (Object.is(a, b) || a === b) continue;
    const difference = Math.abs(a - b);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    if (difference > largest) largest = difference;
  }
  return largest;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
