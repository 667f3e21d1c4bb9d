/** What a stored tensor is, by the first part of its name; gradients have a wider bound. */
export type ComparisonKind = 'output' | 'loss' | 'gradient' | 'after';

/** How far one result is from the stored one. */
export interface Comparison {
  /** Name of the stored tensor, suffix included. */
  name: string;
  kind: ComparisonKind;
  /** Largest absolute difference of an element. */
  absolute: number;
  /** Length of the difference over the length of the stored tensor. */
  relative: number;
  /** The stored tensor's own rounding noise, as relative L2. */
  noise: number;
  /** Largest `relative` that passes. */
  bound: number;
  passed: boolean;
  /** Where `bound` is wider than usual: `relative` on the other backend, which keeps the usual bound. */
  witnessRelative?: number;
}

const SMALLEST_BOUND: Record<ComparisonKind, number> = {
  output: 1e-5,
  loss: 1e-5,
  after: 1e-5,
  gradient: 1e-4,
};
/** Another order of the same float32 additions may differ by a few times the noise. */
const NOISE_FACTOR = 10;

/** Kind of a stored tensor: `out.*`, `loss.*`, `grad.*` or `after.*`; undefined for weights and inputs. */
export function kindOf(name: string): ComparisonKind | undefined {
  if (name.startsWith('out.')) return 'output';
  if (name.startsWith('loss.')) return 'loss';
  if (name.startsWith('grad.')) return 'gradient';
  return name.startsWith('after.') ? 'after' : undefined;
}

/** The largest relative L2 difference that passes. */
export function boundOf(kind: ComparisonKind, noise: number): number {
  return Math.max(SMALLEST_BOUND[kind], NOISE_FACTOR * noise);
}

/** Compares element by element; `counts` leaves elements out. Infinities have to be equal; NaN equals nothing. */
export function compare(
  stored: { name: string; kind: ComparisonKind; noise: number },
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  counts: (index: number) => boolean = () => true,
): Comparison {
  let absolute = 0;
  let squaredDifference = 0;
  let squaredSize = 0;
  for (let index = 0; index < expected.length; index++) {
    const wanted = expected[index] ?? Number.NaN;
    const got = actual[index] ?? Number.NaN;
    if (!counts(index) || got === wanted) {
      if (Number.isFinite(wanted)) squaredSize += wanted ** 2;
      continue;
    }
    const difference = Math.abs(got - wanted);
    // NaN compares as false, so it must not be hidden behind Math.max.
    absolute = difference > absolute || Number.isNaN(difference) ? difference : absolute;
    squaredDifference += difference ** 2;
    if (Number.isFinite(wanted)) squaredSize += wanted ** 2;
  }
  // All zeros have no length to compare with: then the difference itself counts.
  const relative = Math.sqrt(squaredDifference / (squaredSize > 0 ? squaredSize : 1));
  const bound = boundOf(stored.kind, stored.noise);
  return { ...stored, absolute, relative, bound, passed: relative <= bound };
}
