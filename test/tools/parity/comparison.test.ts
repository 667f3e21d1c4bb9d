import { describe, expect, it } from 'vitest';
import { boundOf, type Comparison, compare, kindOf } from '../../../tools/parity/comparison.js';
import { withWitness } from '../../../tools/parity/witness.js';

const stored = { name: 'out.x', kind: 'output' as const, noise: 0 };

describe('comparison', () => {
  it('measures the largest and the relative difference', () => {
    const { absolute, relative } = compare(stored, [3, 4.5], [3, 4]);
    expect(absolute).toBe(0.5);
    expect(relative).toBe(0.1);
  });

  it('allows ten times the noise, and a least for each kind', () => {
    expect(boundOf('output', 0)).toBe(1e-5);
    expect(boundOf('loss', 2e-6)).toBeCloseTo(2e-5, 12);
    expect(boundOf('after', 0)).toBe(1e-5);
    expect(boundOf('gradient', 5e-6)).toBe(1e-4);
    expect(boundOf('gradient', 5e-5)).toBeCloseTo(5e-4, 12);
    expect(compare(stored, [1 + 0.9e-5], [1]).passed).toBe(true);
    expect(compare(stored, [1 + 1.1e-5], [1]).passed).toBe(false);
  });

  it('takes equal infinities for equal, and NaN for equal to nothing, itself included', () => {
    const infinite = Number.NEGATIVE_INFINITY;
    expect(compare(stored, [1, infinite], [1, infinite])).toMatchObject({ relative: 0, passed: true });
    expect(compare(stored, [1, -1e9], [1, infinite]).passed).toBe(false);
    expect(compare(stored, [1, infinite], [1, -1e9]).passed).toBe(false);
    expect(compare(stored, [1, Number.NaN], [1, 2])).toMatchObject({ absolute: Number.NaN, passed: false });
    expect(compare(stored, [Number.NaN, 1], [1, 2])).toMatchObject({ absolute: Number.NaN, passed: false });
    expect(compare(stored, [1, Number.NaN], [1, Number.NaN])).toMatchObject({
      absolute: Number.NaN,
      passed: false,
    });
    expect(compare(stored, [1], [1, 2]).passed).toBe(false);
  });

  it('judges all zeros by the difference itself', () => {
    expect(compare(stored, [0, 0], [0, 0])).toMatchObject({ relative: 0, passed: true });
    expect(compare(stored, [1e-6, 0], [0, 0])).toMatchObject({ relative: 1e-6, passed: true });
    expect(compare(stored, [1e-3, 0], [0, 0]).passed).toBe(false);
  });

  it('leaves out what does not count', () => {
    expect(compare(stored, [1, 9], [1, 2], (index) => index === 0)).toMatchObject({
      absolute: 0,
      passed: true,
    });
  });

  it('knows results by their names', () => {
    expect(['out.a', 'loss.a', 'grad.a', 'after.a', 'in.a', 'state.a'].map(kindOf)).toEqual([
      'output',
      'loss',
      'gradient',
      'after',
      undefined,
      undefined,
    ]);
  });
});

describe('witness', () => {
  const gradient = (relative: number, name = 'grad.a'): Comparison => ({
    ...{ name, kind: 'gradient', absolute: relative, relative, noise: 0, bound: 1e-4 },
    passed: relative <= 1e-4,
  });

  it('lets a gradient be off by a kink, and shows the figure of the other backend', () => {
    const [judged] = withWitness([gradient(1e-2)], [gradient(1e-6)]);
    expect(judged).toMatchObject({ passed: true, bound: 5e-2, witnessRelative: 1e-6 });
  });

  it('does not hide what is wrong', () => {
    expect(withWitness([gradient(0.2)], [gradient(1e-6)])[0]?.passed).toBe(false);
    expect(withWitness([gradient(Number.NaN)], [gradient(1e-6)])[0]?.passed).toBe(false);
    expect(withWitness([gradient(1e-2)], [gradient(1e-3)])[0]?.passed).toBe(false);
    const other = [gradient(1e-6), gradient(1e-3, 'grad.b')];
    expect(withWitness([gradient(1e-2)], other)[0]?.passed).toBe(false);
    expect(withWitness([gradient(1e-2)], [gradient(1e-6, 'grad.b')])[0]?.passed).toBe(false);
  });

  it('leaves what passes alone', () => {
    expect(withWitness([gradient(1e-5)], [gradient(1e-6)])).toEqual([gradient(1e-5)]);
  });
});
