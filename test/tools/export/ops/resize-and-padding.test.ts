import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert, verify } from '../../../../tools/export/index.js';
import { apply, applyAll, compareWithOnnx, modelOf } from '../compare-with-onnx.js';

describe('UpSampling2D', () => {
  for (const interpolation of ['nearest', 'bilinear'] as const) {
    for (const dataFormat of ['channelsLast', 'channelsFirst'] as const) {
      it(`equals TF.js: ${interpolation}, ${dataFormat}`, async () => {
        for (const size of [
          [2, 2],
          [3, 2],
          [1, 4],
        ] as [number, number][]) {
          await compareWithOnnx(
            modelOf(tf.layers.upSampling2d({ size, interpolation, dataFormat }), [3, 4, 5]),
          );
        }
      });
    }
  }

  it('keeps ONNX Runtime from moving a Transpose behind what it then cannot compute', async () => {
    const x = tf.input({ shape: [2, 5, 4], name: 'x' });
    const layers = [
      tf.layers.layerNormalization({ axis: [2, 1] }),
      tf.layers.upSampling2d({ size: [3, 3], interpolation: 'bilinear', dataFormat: 'channelsFirst' }),
      tf.layers.maxPooling2d({ poolSize: [2, 2] }),
    ];
    await compareWithOnnx(tf.model({ inputs: x, outputs: applyAll(layers, x) }), {
      inputs: [{ name: 'x', layout: 'nchw' }],
    });
  });

  it('takes maps of any size', async () => {
    const model = modelOf(tf.layers.upSampling2d({ size: [2, 2] }), [null, null, 2]);
    const inputs = [{ name: 'x', dims: ['batch', 'height', 'width', 2] }];
    await compareWithOnnx(model, { inputs, verification: { sizes: { height: 3, width: 5 } } });
  });
});

describe('ZeroPadding2D and Cropping2D', () => {
  it('equal TF.js with four different sides, in both layouts', async () => {
    for (const dataFormat of ['channelsLast', 'channelsFirst'] as const) {
      const padding: [[number, number], [number, number]] = [
        [1, 2],
        [0, 3],
      ];
      await compareWithOnnx(modelOf(tf.layers.zeroPadding2d({ padding, dataFormat }), [4, 5, 6]));
      const cropping: [[number, number], [number, number]] = [
        [1, 2],
        [0, 3],
      ];
      await compareWithOnnx(modelOf(tf.layers.cropping2D({ cropping, dataFormat }), [4, 5, 6]));
    }
  });

  it('pads with zeros before a maximum of negative numbers, which ONNX Runtime would fold away', async () => {
    const dataFormat = 'channelsFirst';
    const x = tf.input({ shape: [2, 4, 4], name: 'x' });
    const padding = tf.layers.zeroPadding2d({ padding: 1, dataFormat });
    const pooling = tf.layers.maxPooling2d({ poolSize: 2, dataFormat });
    const model = tf.model({ inputs: x, outputs: applyAll([padding, pooling], x) });
    const negative = { shape: [1, 2, 4, 4], data: new Float32Array(32).fill(-1) };
    await verify(model, convert(model), {
      cases: [{ name: 'negative', inputs: { x: negative } }],
      tolerance: 0,
    });
  });

  it('may be wider than the window of a pooling behind it', async () => {
    for (const dataFormat of ['channelsLast', 'channelsFirst'] as const) {
      for (const pooling of [tf.layers.maxPooling2d, tf.layers.averagePooling2d]) {
        const x = tf.input({ shape: [4, 4, 4], name: 'x' });
        const layers = [
          tf.layers.zeroPadding2d({ padding: 3, dataFormat }),
          pooling({ poolSize: 2, dataFormat }),
        ];
        await compareWithOnnx(tf.model({ inputs: x, outputs: applyAll([tf.layers.reLU(), ...layers], x) }));
      }
    }
  });

  // TF.js announces a free size that is cropped as 0 or less, from which windows behind it would be padded.
  it('crop sizes that are free, before windows that depend on them, in nested models too', async () => {
    const cropping = (): tf.layers.Layer =>
      tf.layers.cropping2D({
        cropping: [
          [0, 1],
          [2, 0],
        ],
      });
    const window = { kernelSize: 3, strides: 2, padding: 'same' } as const;
    const inner = tf.input({ shape: [null, null, 2] });
    const nested = tf.model({ inputs: inner, outputs: apply(cropping(), inner) });
    for (const crop of [cropping(), nested]) {
      const x = tf.input({ shape: [null, null, 2], name: 'x' });
      const layers = [
        crop,
        tf.layers.zeroPadding2d({ padding: 2 }),
        tf.layers.conv2d({ filters: 2, ...window }),
      ];
      const model = tf.model({ inputs: x, outputs: applyAll(layers, x) });
      for (const sizes of [
        { x_1: 6, x_2: 7 },
        { x_1: 9, x_2: 4 },
      ]) {
        await compareWithOnnx(model, { verification: { sizes } });
      }
    }
  });

  it('leave nothing but a Pad before a convolution', async () => {
    const x = tf.input({ shape: [4, 4, 2], name: 'x' });
    const layers = [tf.layers.zeroPadding2d({ padding: 1 }), tf.layers.conv2d({ filters: 2, kernelSize: 3 })];
    const converted = convert(tf.model({ inputs: x, outputs: applyAll(layers, x) }));
    expect(converted.summary.operators).toEqual({ Transpose: 2, Pad: 1, Conv: 1 });
  });
});
