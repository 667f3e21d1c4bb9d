import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { compareWithOnnx, int32Tensor, modelOf } from '../compare-with-onnx.js';

const TABLE = { inputDim: 6, outputDim: 3 };

describe('Embedding', () => {
  it('picks rows by int32 ids of any number', async () => {
    const model = modelOf(tf.layers.embedding(TABLE), [null], 'int32');
    const converted = await compareWithOnnx(model, {
      inputs: [{ name: 'token_ids', dims: ['batch', 'time'] }],
      outputs: [{ name: 'words', dims: ['batch', 'time', 3] }],
      tolerance: 0,
      verification: {
        cases: [
          { name: 'one word', inputs: { token_ids: int32Tensor([5], [1, 1]) } },
          { name: 'two captions', inputs: { token_ids: int32Tensor([0, 1, 2, 3, 4, 5], [2, 3]) } },
        ],
      },
    });
    expect(converted.summary.inputs).toEqual([
      { name: 'token_ids', dataType: 'int32', shape: ['batch', 'time'] },
    ]);
    expect(converted.summary.operators).toEqual({ Gather: 1 });
  });

  it('casts ids that come as floats', async () => {
    const cases = [{ name: 'floats', inputs: { x: { data: Float32Array.of(5, 0, 3.9, 1), shape: [2, 2] } } }];
    await compareWithOnnx(modelOf(tf.layers.embedding(TABLE), [2]), {
      tolerance: 0,
      verification: { cases },
    });
  });

  it('masks nothing by itself: what it gives is the same with maskZero', async () => {
    const cases = [{ name: 'padded', inputs: { x: int32Tensor([0, 3, 0, 1], [1, 4]) } }];
    const masked = modelOf(tf.layers.embedding({ ...TABLE, maskZero: true }), [4], 'int32');
    const converted = await compareWithOnnx(masked, { tolerance: 0, verification: { cases } });
    expect(converted.summary.operators).toEqual({ Gather: 1 });
  });
});
