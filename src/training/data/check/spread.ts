/** How numbers are spread. */
export interface Spread {
  least: number;
  median: number;
  /** Nineteen of twenty are not above it. */
  percentile95: number;
  most: number;
  mean: number;
}

/** Undefined of no numbers. */
export function spreadOf(numbers: readonly number[]): Spread | undefined {
  const sorted = Float64Array.from(numbers).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  if (sorted.length === 0) return undefined;
  const sum = sorted.reduce((total, number) => total + number, 0);
  return {
    least: at(0),
    median: at(0.5),
    percentile95: at(0.95),
    most: at(1),
    mean: sum / sorted.length,
  };
}
