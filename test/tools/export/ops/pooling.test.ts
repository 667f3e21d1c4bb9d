import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { compareWithOnnx, countOf, modelOf } from '../compare-with-onnx.js';

const PADDINGS = ['same', 'valid'] as const;

describe('pooling over windows', () => {
  for (const padding of PADDINGS) {
    it.each([
      [2, 2],
      [3, 2],
      [3, 1],
      [2, 3],
    ])(`converts max and average, window %i, stride %i, ${padding}`, async (poolSize, strides) => {
      await compareWithOnnx(modelOf(tf.layers.maxPooling2d({ poolSize, strides, padding }), [7, 6, 3]));
      await compareWithOnnx(modelOf(tf.layers.averagePooling2d({ poolSize, strides, padding }), [7, 6, 3]));
    });

    it(`converts one and three dimensions, ${padding}`, async () => {
      await compareWithOnnx(modelOf(tf.layers.maxPooling1d({ poolSize: 3, strides: 2, padding }), [8, 2]));
      await compareWithOnnx(
        modelOf(tf.layers.averagePooling1d({ poolSize: 3, strides: 2, padding }), [8, 2]),
      );
      await compareWithOnnx(
        modelOf(tf.layers.maxPooling3d({ poolSize: 2, strides: 2, padding }), [4, 5, 3, 2]),
      );
      await compareWithOnnx(
        modelOf(tf.layers.averagePooling3d({ poolSize: 2, strides: 2, padding }), [4, 5, 3, 2]),
      );
    });
  }

  it('keeps channels first where the layer has them so', async () => {
    const layer = tf.layers.maxPooling2d({ poolSize: 2, dataFormat: 'channelsFirst' });
    const converted = await compareWithOnnx(modelOf(layer, [3, 6, 6]));
    expect(countOf(converted, 'Transpose')).toBe(0);
  });
});

describe('pooling over whole maps', () => {
  it('converts average and maximum in both layouts', async () => {
    for (const dataFormat of ['channelsLast', 'channelsFirst'] as const) {
      await compareWithOnnx(modelOf(tf.layers.globalAveragePooling2d({ dataFormat }), [5, 4, 3]));
      await compareWithOnnx(modelOf(tf.layers.globalMaxPooling2d({ dataFormat }), [5, 4, 3]));
    }
    await compareWithOnnx(modelOf(tf.layers.globalAveragePooling1d(), [5, 3]));
    await compareWithOnnx(modelOf(tf.layers.globalMaxPooling1d(), [5, 3]));
  });
});
