import type { Comparison, ComparisonKind } from './comparison.js';

/**
 * Bounds for native kernels where plain JavaScript keeps the usual ones. A value that is zero but for rounding lies on
 * either side of a ReLU's kink: then one pixel of thousands has a gradient or none, and a step may move some weights
 * the other way. What is wrong in a kernel is wrong by far more.
 */
const WIDE_BOUNDS: Record<ComparisonKind, number> = { output: 1e-3, loss: 1e-3, after: 2e-3, gradient: 5e-2 };

/**
 * Native comparisons, those beyond their bound judged by the wide one. That needs a witness: every comparison of the
 * case on the plain backend is within its bound. Without it the comparisons come back as they are.
 */
export function withWitness(native: readonly Comparison[], plain: readonly Comparison[]): Comparison[] {
  const witnesses = new Map(plain.map((each) => [each.name, each]));
  const isWitnessed = plain.every(({ passed }) => passed) && native.every(({ name }) => witnesses.has(name));
  if (!isWitnessed) return [...native];
  return native.map((each) => {
    const witness = witnesses.get(each.name);
    if (each.passed || witness === undefined) return each;
    const bound = WIDE_BOUNDS[each.kind];
    return { ...each, bound, passed: each.relative <= bound, plainRelative: witness.relative };
  });
}
