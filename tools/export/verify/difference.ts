import type { TensorData } from '../graph/tensor-data.js';

/** How far an output is from what it should be. */
export interface OutputDifference {
  /** Infinite where shapes differ or only one of two elements is a finite number. */
  readonly maxAbsolute: number;
  /** Length of the difference over that of the expected output; 0 where there is no difference. */
  readonly relativeL2: number;
  /**
   * Peak signal-to-noise ratio in decibels, for pictures: outputs of rank 4 from -1 to 1, whose peak is 2. Null for
   * other outputs, infinite without a difference.
   */
  readonly psnrDb: number | null;
}

/** How large a difference may be: `absolute`, and `relative` times the largest number of the expected output more. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Compares an output with the expected one. Two NaNs count as equal, and so do two equal infinities. */
export function differenceOf(actual: TensorData | undefined, expected: TensorData): OutputDifference {
  let squaredError = 0;
  let squaredNorm = 0;
  const length = expected.data.length;
  if (actual !== undefined && sameShape(actual.shape, expected.shape)) {
    for (let index = 0; index < length; index++) {
      const b = Number(expected.data[index]);
      const error = distance(Number(actual.data[index]), b);
      squaredError += error * error;
      if (Number.isFinite(b)) squaredNorm += b * b;
    }
  } else {
    squaredError = Number.POSITIVE_INFINITY;
  }
  const isPicture = expected.shape.length === 4 && largestMagnitude(expected) <= 1;
  return {
    maxAbsolute: maxAbsoluteDifference(actual, expected),
    relativeL2: squaredError === 0 ? 0 : Math.sqrt(squaredError / squaredNorm),
    psnrDb: isPicture ? 10 * Math.log10((4 * length) / squaredError) : null,
  };
}

/** Whether an output differs by more than the tolerance. */
export function exceeds(actual: TensorData | undefined, expected: TensorData, tolerance: Tolerance): boolean {
  const scale = tolerance.relative === 0 ? 0 : largestMagnitude(expected);
  return maxAbsoluteDifference(actual, expected) > tolerance.absolute + tolerance.relative * scale;
}

/**
 * The largest absolute difference between two tensors; infinite where shapes differ or only one of two elements is
 * a finite number. Two NaNs count as equal, and so do two equal infinities.
 */
export function maxAbsoluteDifference(actual: TensorData | undefined, expected: TensorData): number {
  if (actual === undefined || !sameShape(actual.shape, expected.shape)) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < expected.data.length; index++) {
    const difference = distance(Number(actual.data[index]), Number(expected.data[index]));
    if (difference > largest) largest = difference;
  }
  return largest;
}

function distance(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

/** Of the numbers that are finite. */
function largestMagnitude({ data }: TensorData): number {
  let largest = 0;
  for (let index = 0; index < data.length; index++) {
    const magnitude = Math.abs(Number(data[index]));
    if (Number.isFinite(magnitude) && magnitude > largest) largest = magnitude;
  }
  return largest;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
