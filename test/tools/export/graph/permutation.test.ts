import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  channelsFirst,
  channelsLast,
  compose,
  invert,
  isIdentity,
  transposeTensor,
} from '../../../../tools/export/graph/permutation.js';
import { sizeOf } from '../../../../tools/export/graph/tensor-data.js';

const tensorAndPermutation = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      permutation: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
    }),
  );

describe('transposeTensor', () => {
  it('does what tf.transpose does', () => {
    tf.env().set('IS_TEST', true);
    fc.assert(
      fc.property(tensorAndPermutation, ({ shape, permutation }) => {
        const data = Float32Array.from({ length: sizeOf(shape) }, (_, index) => index);
        const moved = transposeTensor({ shape, data }, permutation);
        const expected = tf.tidy(() => tf.transpose(tf.tensor(data, shape), permutation).dataSync());
        expect(moved.data).toEqual(expected);
        expect(transposeTensor(moved, invert(permutation))).toEqual({ shape, data });
        expect(isIdentity(compose(permutation, invert(permutation)))).toBe(true);
      }),
    );
  });

  it('leaves an empty tensor and a scalar as they are', () => {
    expect(transposeTensor({ shape: [0, 2], data: new Float32Array(0) }, [1, 0]).shape).toEqual([2, 0]);
    expect(transposeTensor({ shape: [], data: Float32Array.of(3) }, []).data).toEqual(Float32Array.of(3));
  });
});

describe('layouts', () => {
  it('are inverse to each other at every rank', () => {
    expect(channelsFirst(4)).toEqual([0, 3, 1, 2]);
    expect(channelsLast(4)).toEqual([0, 2, 3, 1]);
    for (const rank of [2, 3, 4, 5])
      expect(isIdentity(compose(channelsFirst(rank), channelsLast(rank)))).toBe(true);
  });
});
