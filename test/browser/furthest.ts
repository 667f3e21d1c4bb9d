/** The largest difference of two lists; NaN where they have not the same length. */
export function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return Array.from(a).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))),
    0,
  );
}
