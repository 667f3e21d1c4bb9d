import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../tools/export/index.js';
import { apply, compareWithOnnx, int32Tensor, modelOf } from '../compare-with-onnx.js';

const VALUES = [3, -2, 5, 0, 1, -7, 2, 9];

/** Layers that TF.js computes of integers too. The others throw in TF.js. */
const LAYERS: readonly (readonly [string, () => tf.layers.Layer, readonly number[]])[] = [
  ...(['linear', 'relu', 'relu6', 'hardSigmoid', 'softsign', 'swish', 'gelu'] as const).map(
    (activation) => [activation, () => tf.layers.activation({ activation }), [4]] as const,
  ),
  ['ReLU', () => tf.layers.reLU({ maxValue: 3 }), [4]],
  ['LeakyReLU', () => tf.layers.leakyReLU({ alpha: 0.2 }), [4]],
  ['PReLU', () => tf.layers.prelu(), [4]],
  ['ThresholdedReLU', () => tf.layers.thresholdedReLU({ theta: 1 }), [4]],
  ['MaxPooling1D', () => tf.layers.maxPooling1d({ poolSize: 2 }), [4, 1]],
  ['GlobalAveragePooling1D', () => tf.layers.globalAveragePooling1d({}), [4, 1]],
  ['GlobalMaxPooling1D', () => tf.layers.globalMaxPooling1d({}), [4, 1]],
  ['UpSampling2D', () => tf.layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }), [2, 2, 1]],
  ['ZeroPadding2D', () => tf.layers.zeroPadding2d({ padding: 1 }), [2, 2, 1]],
  ['LSTM', () => tf.layers.lstm({ units: 2 }), [2, 2]],
  ['Flatten', () => tf.layers.flatten(), [2, 2]],
];

describe('integers', () => {
  it.each(LAYERS)('go through %s as they do in TF.js', async (_name, make, shape) => {
    const inputs = { x: int32Tensor(VALUES, [2, ...shape]) };
    await compareWithOnnx(modelOf(make(), [...shape], 'int32'), {
      verification: { cases: [{ name: 'integers', inputs }] },
    });
  });

  it.each([
    ['BatchNormalization', () => tf.layers.batchNormalization()],
    ['LayerNormalization', () => tf.layers.layerNormalization()],
  ])('are refused by %s, which TF.js cuts to whole numbers', (className, make) => {
    expect(() => convert(modelOf(make(), [4], 'int32'))).toThrowError(
      expect.objectContaining({
        code: 'LAYER_UNSUPPORTED',
        message: expect.stringContaining(`(${className})`),
      }),
    );
  });

  const MERGES = {
    Add: () => tf.layers.add(),
    Average: () => tf.layers.average(),
    Maximum: () => tf.layers.maximum(),
    Concatenate: () => tf.layers.concatenate(),
  };
  it.each(Object.entries(MERGES))('meet integers and floats in %s', async (_name, make) => {
    const integers = int32Tensor([1, -2, 3, 4], [1, 4]);
    const floats = { shape: [1, 4], data: Float32Array.of(0.5, 1.5, -2.5, 3) };
    for (const dtypes of [
      ['int32', 'int32'],
      ['int32', 'float32'],
      ['float32', 'int32'],
    ] as const) {
      const inputs = dtypes.map((dtype, index) => tf.input({ shape: [4], dtype, name: `x${index}` }));
      const given = Object.fromEntries(
        dtypes.map((dtype, index) => [`x${index}`, dtype === 'int32' ? integers : floats]),
      );
      const model = tf.model({ inputs, outputs: apply(make(), inputs) });
      const converted = await compareWithOnnx(model, {
        verification: { cases: [{ name: dtypes.join(' and '), inputs: given }] },
      });
      expect(converted.summary.inputs.map(({ dataType }) => dataType)).toEqual([...dtypes]);
    }
  });
});
