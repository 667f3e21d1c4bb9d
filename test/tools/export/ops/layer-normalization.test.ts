import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../tools/export/index.js';
import { compareWithOnnx, countOf, modelOf } from '../compare-with-onnx.js';

describe('LayerNormalization', () => {
  it('is one node over the last axis, at every rank that TF.js computes', async () => {
    for (const shape of [[5], [3, 4], [2, 3, 4]]) {
      const converted = await compareWithOnnx(modelOf(tf.layers.layerNormalization(), shape));
      expect(converted.summary.operators).toEqual({ LayerNormalization: 1 });
    }
  });

  it.each([[1], [2], [[1, 2]], [[2, 1]], [[3, 1]], [[-1, -2]], [[1, 2, 3]], [[3, 2, 1]]])(
    'normalises axes %j',
    async (axis) => {
      await compareWithOnnx(modelOf(tf.layers.layerNormalization({ axis }), [2, 3, 4]));
    },
  );

  it('does without scale or shift, and takes its epsilon from the layer', async () => {
    await compareWithOnnx(modelOf(tf.layers.layerNormalization({ scale: false, epsilon: 0.1 }), [4]));
    await compareWithOnnx(modelOf(tf.layers.layerNormalization({ center: false }), [2, 4]));
  });

  it('gives the shift alone where there is one element to normalise', async () => {
    await compareWithOnnx(modelOf(tf.layers.layerNormalization(), [3, 1]));
  });

  it('keeps a layout that suits it', async () => {
    const x = tf.input({ shape: [4, 5, 3], name: 'x' });
    const layers = [tf.layers.conv2d({ filters: 2, kernelSize: 2 }), tf.layers.layerNormalization()];
    const y = layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
    const converted = await compareWithOnnx(tf.model({ inputs: x, outputs: y }), { tolerance: 1e-5 });
    expect(countOf(converted, 'Transpose')).toBe(2);
  });

  it('refuses the batch axis', () => {
    const x = tf.input({ batchShape: [2, 3] });
    const y = tf.layers.layerNormalization({ axis: [0, 1] }).apply(x) as tf.SymbolicTensor;
    expect(() => convert(tf.model({ inputs: x, outputs: y }))).toThrowError(/batch axis/);
  });
});
