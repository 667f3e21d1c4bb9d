import type { Comparison, ComparisonKind } from './comparison.js';

/**
 * Bounds for one backend where another keeps the usual ones. A value that is zero but for rounding lies on either side
 * of a ReLU's kink: then one pixel of thousands has a gradient or none, and a step may move some weights the other way.
 * What is wrong in a kernel is wrong by far more.
 */
const WIDE_BOUNDS: Record<ComparisonKind, number> = { output: 1e-3, loss: 1e-3, after: 2e-3, gradient: 5e-2 };

/**
 * Comparisons of one backend, those beyond their bound judged by the wide one. That needs another backend as a witness:
 * every comparison of the case there is within its bound. Without it the comparisons come back as they are.
 */
export function withWitness(
  comparisons: readonly Comparison[],
  witness: readonly Comparison[],
): Comparison[] {
  const witnessed = new Map(witness.map((each) => [each.name, each]));
  const isWitness =
    witness.every(({ passed }) => passed) && comparisons.every(({ name }) => witnessed.has(name));
  if (!isWitness) return [...comparisons];
  return comparisons.map((each) => {
    const other = witnessed.get(each.name);
    if (each.passed || other === undefined) return each;
    const bound = WIDE_BOUNDS[each.kind];
    return { ...each, bound, passed: each.relative <= bound, witnessRelative: other.relative };
  });
}
