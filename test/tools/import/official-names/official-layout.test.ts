import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type FloatTensor,
  toOfficialLayout,
  toOurLayout,
} from '../../../../tools/import/official-names/official-layout.js';
import type { OfficialLayout } from '../../../../tools/import/official-names/official-name.js';

beforeAll(() => tf.setBackend('cpu'));

function inOurs({ shape, data }: FloatTensor, layout: OfficialLayout): FloatTensor {
  const ours = tf.tidy(() => toOurLayout(tf.tensor(data, [...shape]), layout));
  const result = { shape: ours.shape, data: ours.dataSync<'float32'>() };
  ours.dispose();
  return result;
}

const counting = (shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
});

describe('official layouts', () => {
  it('puts element (out, in) of a linear layer at [in, out]', () => {
    expect(inOurs(counting([2, 3]), 'linear')).toEqual({
      shape: [3, 2],
      data: Float32Array.of(0, 3, 1, 4, 2, 5),
    });
  });

  it('puts element (out, in, row, column) of a convolution at [row, column, in, out]', () => {
    const ours = inOurs(counting([5, 4, 3, 2]), 'convolution');
    expect(ours.shape).toEqual([3, 2, 4, 5]);
    const [out, input, row, column] = [4, 1, 2, 1];
    expect(ours.data[((row * 2 + column) * 4 + input) * 5 + out]).toBe(
      ((out * 4 + input) * 3 + row) * 2 + column,
    );
  });

  it('takes a convolution 1×1 for a linear layer, and windows of one side for convolutions', () => {
    expect(inOurs(counting([2, 3, 1, 1]), 'pointwise')).toEqual(inOurs(counting([2, 3]), 'linear'));
    expect(inOurs(counting([5, 4, 3]), 'convolution').shape).toEqual([3, 4, 5]);
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
        const ours = inOurs(official, layout);
        expect(toOfficialLayout(ours, layout)).toEqual(official);
      }),
    );
  });

  it('has no layout for another rank', () => {
    expect(toOfficialLayout(counting([2]), 'linear')).toBeUndefined();
    expect(toOfficialLayout(counting([2, 2]), 'convolution')).toBeUndefined();
    expect(toOfficialLayout(counting([2, 2, 2]), 'pointwise')).toBeUndefined();
  });
});
