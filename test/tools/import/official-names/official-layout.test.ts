import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOfficialLayout, toOurLayout } from '../../../../tools/import/official-names/official-layout.js';

const counting = (shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
});

describe('official layouts', () => {
  it('puts element (out, in) of a linear layer at [in, out]', () => {
    expect(toOurLayout(counting([2, 3]), 'linear')).toEqual({
      shape: [3, 2],
      data: Float32Array.of(0, 3, 1, 4, 2, 5),
    });
  });

  it('puts element (out, in, row, column) of a convolution at [row, column, in, out]', () => {
    const ours = toOurLayout(counting([5, 4, 3, 2]), 'convolution');
    expect(ours?.shape).toEqual([3, 2, 4, 5]);
    const [out, input, row, column] = [4, 1, 2, 1];
    expect(ours?.data[((row * 2 + column) * 4 + input) * 5 + out]).toBe(
      ((out * 4 + input) * 3 + row) * 2 + column,
    );
  });

  it('takes a convolution 1×1 for a linear layer, and windows of one side for convolutions', () => {
    expect(toOurLayout(counting([2, 3, 1, 1]), 'pointwise')).toEqual(toOurLayout(counting([2, 3]), 'linear'));
    expect(toOurLayout(counting([5, 4, 3]), 'convolution')?.shape).toEqual([3, 4, 5]);
  });

  it('goes there and back without a change', () => {
    const sizes = (rank: number) =>
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: rank, maxLength: rank });
    const cases = fc.oneof(
      sizes(1).map((shape) => ({ shape, layout: 'same' as const })),
      sizes(2).map((shape) => ({ shape, layout: 'linear' as const })),
      sizes(3).map((shape) => ({ shape, layout: 'convolution' as const })),
      sizes(4).map((shape) => ({ shape, layout: 'convolution' as const })),
      sizes(2).map(([a = 1, b = 1]) => ({ shape: [a, b, 1, 1], layout: 'pointwise' as const })),
    );
    fc.assert(
      fc.property(cases, ({ shape, layout }) => {
        const official = counting(shape);
        const ours = toOurLayout(official, layout);
        expect(ours && toOfficialLayout(ours, layout)).toEqual(official);
      }),
    );
  });

  it('has no layout for another rank', () => {
    expect(toOurLayout(counting([2]), 'linear')).toBeUndefined();
    expect(toOurLayout(counting([2, 2]), 'convolution')).toBeUndefined();
    expect(toOurLayout(counting([2, 2, 3, 3]), 'pointwise')).toBeUndefined();
    expect(toOfficialLayout(counting([2, 2, 2]), 'pointwise')).toBeUndefined();
  });
});
