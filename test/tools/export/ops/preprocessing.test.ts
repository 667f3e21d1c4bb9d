import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../tools/export/index.js';
import { apply, applyAll, compareWithOnnx, int32Tensor, modelOf } from '../compare-with-onnx.js';

describe('Rescaling', () => {
  it('scales and shifts floats and integers', async () => {
    await compareWithOnnx(modelOf(tf.layers.rescaling({ scale: 2 / 255, offset: -1 }), [2, 3, 3]));
    const inputs = { x: int32Tensor([0, 128, 255, 7], [2, 2]) };
    await compareWithOnnx(modelOf(tf.layers.rescaling({ scale: 2 / 255, offset: -1 }), [2], 'int32'), {
      verification: { cases: [{ name: 'pixels', inputs }] },
    });
  });
});

describe('CenterCrop', () => {
  const CROPS = [
    [6, 5, 3, 2],
    [7, 7, 3, 7],
    [5, 6, 5, 5],
    [9, 8, 1, 1],
  ] as const;
  it.each(CROPS)('takes the middle of %i x %i: %i x %i', async (height, width, toHeight, toWidth) => {
    const x = tf.input({ shape: [height, width, 2], name: 'x' });
    const layers = [
      tf.layers.conv2d({ filters: 3, kernelSize: 1 }),
      tf.layers.reLU(),
      tf.layers.centerCrop({ height: toHeight, width: toWidth }),
      tf.layers.conv2d({ filters: 2, kernelSize: 1 }),
    ];
    const converted = await compareWithOnnx(tf.model({ inputs: x, outputs: applyAll(layers, x) }));
    expect(converted.summary.outputs[0]?.shape).toEqual(['batch', toHeight, toWidth, 2]);
  });

  it('refuses pictures that are too small, which TF.js does not enlarge', () => {
    const x = tf.input({ shape: [4, 4, 2] });
    const layers = [
      tf.layers.conv2d({ filters: 3, kernelSize: 1 }),
      tf.layers.centerCrop({ height: 5, width: 2 }),
    ];
    expect(() => convert(tf.model({ inputs: x, outputs: applyAll(layers, x) }))).toThrowError(/too small/);
  });
});

describe('CategoryEncoding', () => {
  it('refuses what TF.js does not compute', () => {
    const encoding = tf.layers.categoryEncoding({ numTokens: 3, outputMode: 'tfIdf' });
    const x = tf.input({ shape: [3], dtype: 'int32' });
    expect(() => convert(tf.model({ inputs: x, outputs: apply(encoding, x) }))).toThrowError(/tfIdf/);
  });
});
