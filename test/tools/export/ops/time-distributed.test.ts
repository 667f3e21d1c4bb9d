import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../tools/export/index.js';
import { apply, compareWithOnnx, countOf, modelOf } from '../compare-with-onnx.js';
import { sequenceCases } from '../sequence-cases.js';

describe('TimeDistributed', () => {
  it('is the layer itself for Dense', async () => {
    const layer = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 4, activation: 'softmax' }) });
    const converted = await compareWithOnnx(modelOf(layer, [null, 3]), {
      verification: { cases: sequenceCases(3) },
    });
    expect(countOf(converted, 'Reshape')).toBe(0);
  });

  it('holds convolutions, pooling, normalisation and flattening', async () => {
    const inside = [
      tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.batchNormalization(),
      tf.layers.flatten(),
    ];
    for (const layer of inside) {
      const distributed = tf.layers.timeDistributed({ layer });
      await compareWithOnnx(modelOf(distributed, [5, 4, 4, 2]), { tolerance: 1e-5 });
    }
  });

  it('takes any number of steps, and maps of any size', async () => {
    const layer = tf.layers.conv1d({ filters: 2, kernelSize: 2 });
    const random = Float32Array.from({ length: 2 * 3 * 5 * 2 }, (_, index) => Math.sin(index));
    const cases = [{ name: 'steps of five places', inputs: { x: { shape: [2, 3, 5, 2], data: random } } }];
    for (const shape of [
      [null, 5, 2],
      [3, null, 2],
      [null, null, 2],
    ]) {
      const distributed = tf.layers.timeDistributed({ layer });
      await compareWithOnnx(modelOf(distributed, shape), { tolerance: 1e-5, verification: { cases } });
    }
  });

  it('holds a model, and recurrent layers', async () => {
    const inner = tf.sequential({
      layers: [
        tf.layers.conv1d({ filters: 3, kernelSize: 2, inputShape: [6, 2] }),
        tf.layers.lstm({ units: 4 }),
        tf.layers.dense({ units: 2 }),
      ],
    });
    await compareWithOnnx(modelOf(tf.layers.timeDistributed({ layer: inner }), [3, 6, 2]), {
      tolerance: 1e-5,
    });
    const gru = tf.layers.timeDistributed({ layer: tf.layers.gru({ units: 4, returnSequences: true }) });
    await compareWithOnnx(modelOf(gru, [3, 6, 2]), { tolerance: 1e-5 });
  });

  it('holds a model with a mask of its own', async () => {
    const ids = tf.input({ shape: [4] });
    const words = apply(tf.layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }), ids);
    const inner = tf.model({ inputs: ids, outputs: apply(tf.layers.lstm({ units: 3 }), words) });
    const data = Float32Array.from({ length: 2 * 3 * 4 }, (_, index) => (index * 7) % 5);
    await compareWithOnnx(modelOf(tf.layers.timeDistributed({ layer: inner }), [3, 4]), {
      tolerance: 1e-5,
      verification: { cases: [{ name: 'sentences', inputs: { x: { shape: [2, 3, 4], data } } }] },
    });
  });

  it('refuses what it wraps by name', () => {
    class Unknown extends tf.layers.Layer {
      static className = 'Unknown';
      override computeOutputShape(shape: tf.Shape): tf.Shape {
        return shape;
      }
    }
    const layer = tf.layers.timeDistributed({ layer: new Unknown({}) });
    expect(() => convert(modelOf(layer, [3, 4, 2]))).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringContaining('(Unknown)') }),
    );
  });
});
