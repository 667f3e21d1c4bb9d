import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { compareWithOnnx, countOf, int32Tensor, modelOf } from '../compare-with-onnx.js';

describe('Dense', () => {
  it('is one Gemm on vectors, with and without a bias', async () => {
    const biased = await compareWithOnnx(modelOf(tf.layers.dense({ units: 7 }), [5]));
    expect(biased.summary.operators).toEqual({ Gemm: 1 });
    const plain = await compareWithOnnx(modelOf(tf.layers.dense({ units: 7, useBias: false }), [5]));
    expect(plain.summary.operators).toEqual({ Gemm: 1 });
    expect(plain.summary.parameterCount).toBe(35);
  });

  it('works on the last axis of sequences and images', async () => {
    const sequence = await compareWithOnnx(
      modelOf(tf.layers.dense({ units: 3, activation: 'relu' }), [4, 5]),
    );
    expect(countOf(sequence, 'MatMul')).toBe(1);
    await compareWithOnnx(modelOf(tf.layers.dense({ units: 3, useBias: false }), [2, 3, 4]));
  });

  it('takes integers for floats, as TF.js does', async () => {
    const x = { x: int32Tensor([1, -2, 3, 4, 0, 6], [2, 3]) };
    await compareWithOnnx(modelOf(tf.layers.dense({ units: 2 }), [3], 'int32'), {
      verification: { cases: [{ name: 'integers', inputs: x }] },
    });
  });
});
