import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../tools/export/index.js';
import { compareWithOnnx, countOf, modelOf, TOLERANCE } from '../compare-with-onnx.js';

const PADDINGS = ['same', 'valid'] as const;

describe('Conv2D', () => {
  for (const padding of PADDINGS) {
    for (const [kernelSize, strides] of [
      [1, 1],
      [2, 1],
      [3, 1],
      [3, 2],
      [4, 2],
      [5, 3],
      [2, 3],
    ] as const) {
      it(`equals TF.js: kernel ${kernelSize}, stride ${strides}, ${padding}`, async () => {
        const layer = tf.layers.conv2d({ filters: 4, kernelSize, strides, padding });
        await compareWithOnnx(modelOf(layer, [7, 8, 3]), { tolerance: 2 * TOLERANCE });
      });
    }
  }

  it('takes kernels and strides that are not square, and dilations', async () => {
    const uneven = tf.layers.conv2d({ filters: 2, kernelSize: [2, 5], strides: [1, 2], padding: 'same' });
    await compareWithOnnx(modelOf(uneven, [6, 9, 2]), { tolerance: 2 * TOLERANCE });
    for (const padding of PADDINGS) {
      const dilated = tf.layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: [2, 3], padding });
      await compareWithOnnx(modelOf(dilated, [9, 9, 2]), { tolerance: 2 * TOLERANCE });
    }
  });

  it('does without a bias', async () => {
    const converted = await compareWithOnnx(
      modelOf(tf.layers.conv2d({ filters: 2, kernelSize: 3, useBias: false }), [5, 5, 2]),
    );
    expect(converted.summary.parameterCount).toBe(3 * 3 * 2 * 2);
  });

  it('keeps channels first where the layer has them so, without a Transpose', async () => {
    const layer = tf.layers.conv2d({
      filters: 3,
      kernelSize: 3,
      padding: 'same',
      dataFormat: 'channelsFirst',
    });
    const converted = await compareWithOnnx(modelOf(layer, [2, 5, 6]));
    expect(countOf(converted, 'Transpose')).toBe(0);
  });

  it.each(PADDINGS)('takes images of any size, stride 2, %s', async (padding) => {
    const layer = tf.layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding });
    const model = modelOf(layer, [null, null, 2]);
    const inputs = [{ name: 'x', dims: ['batch', 'height', 'width', 2] }];
    for (const sizes of [
      { height: 5, width: 8 },
      { height: 6, width: 7 },
    ]) {
      await compareWithOnnx(model, { inputs, verification: { sizes } });
    }
  });
});

describe('other convolutions', () => {
  it.each(PADDINGS)('converts Conv1D and Conv3D, %s', async (padding) => {
    const one = tf.layers.conv1d({ filters: 3, kernelSize: 3, strides: 2, padding });
    await compareWithOnnx(modelOf(one, [8, 2]));
    const dilated = tf.layers.conv1d({ filters: 3, kernelSize: 2, dilationRate: 3, padding });
    await compareWithOnnx(modelOf(dilated, [8, 2]));
    const three = tf.layers.conv3d({ filters: 2, kernelSize: [2, 3, 1], strides: [1, 2, 1], padding });
    await compareWithOnnx(modelOf(three, [4, 5, 3, 2]), { tolerance: 2 * TOLERANCE });
  });

  it('refuses Conv1D with channels first, which TF.js does not compute', () => {
    const layer = tf.layers.conv1d({ filters: 3, kernelSize: 1, dataFormat: 'channelsFirst' });
    expect(() => convert(modelOf(layer, [2, 3]))).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED' }),
    );
  });

  it.each([
    ['Conv1D', () => tf.layers.conv1d({ filters: 1, kernelSize: 2, padding: 'causal' }), [5, 2]],
    ['Conv2D', () => tf.layers.conv2d({ filters: 1, kernelSize: 2, padding: 'causal' }), [5, 5, 2]],
  ] as const)('refuses %s with causal padding, which TF.js does not compute', (_name, make, shape) => {
    expect(() => convert(modelOf(make(), [...shape]))).toThrowError(/TF.js itself does not compute causal/);
  });

  it('takes causal padding of DepthwiseConv2D for valid, as TF.js does', async () => {
    await compareWithOnnx(
      modelOf(tf.layers.depthwiseConv2d({ kernelSize: 2, padding: 'causal' }), [4, 5, 2]),
    );
  });

  it('applies the activation of SeparableConv2D to the channels, first or last', async () => {
    for (const dataFormat of ['channelsFirst', 'channelsLast'] as const) {
      const layer = tf.layers.separableConv2d({
        filters: 3,
        kernelSize: 2,
        useBias: false,
        activation: 'softmax',
        dataFormat,
      });
      await compareWithOnnx(modelOf(layer, [4, 5, 4]));
    }
  });

  it('refuses SeparableConv2D with channels first and a bias, which TF.js adds to the height', () => {
    const layer = tf.layers.separableConv2d({ filters: 3, kernelSize: 2, dataFormat: 'channelsFirst' });
    expect(() => convert(modelOf(layer, [2, 4, 5]))).toThrowError(/bias to the wrong axis/);
  });

  it('takes 3D windows below their stride where they need no padding, and refuses them where they would', async () => {
    const pooling = (strides: number) => tf.layers.maxPooling3d({ poolSize: 1, strides, padding: 'same' });
    await compareWithOnnx(modelOf(pooling(2), [3, 5, 3, 2]));
    expect(() => convert(modelOf(pooling(2), [4, 5, 3, 2]))).toThrowError(/3D window below its stride/);
    const transposed = tf.layers.conv3dTranspose({ filters: 1, kernelSize: 1, strides: 2, padding: 'same' });
    expect(() => convert(modelOf(transposed, [2, 2, 2, 1]))).toThrowError(/3D window below its stride/);
  });

  it.each(PADDINGS)('converts Conv3DTranspose, %s', async (padding) => {
    for (const strides of [1, 2]) {
      const layer = tf.layers.conv3dTranspose({ filters: 2, kernelSize: [2, 3, 4], strides, padding });
      await compareWithOnnx(modelOf(layer, [2, 3, 2, 2]), { tolerance: 2 * TOLERANCE });
    }
    const channelsFirst = tf.layers.conv3dTranspose({
      filters: 2,
      kernelSize: 2,
      padding,
      dataFormat: 'channelsFirst',
    });
    await compareWithOnnx(modelOf(channelsFirst, [3, 2, 3, 2]), { tolerance: 2 * TOLERANCE });
  });

  it('keeps channels first of Conv3D, Conv2DTranspose and DepthwiseConv2D', async () => {
    const dataFormat = 'channelsFirst';
    const settings = { kernelSize: 2, dataFormat, padding: 'same' } as const;
    await compareWithOnnx(modelOf(tf.layers.conv3d({ ...settings, filters: 2 }), [2, 3, 4, 3]));
    await compareWithOnnx(
      modelOf(tf.layers.conv2dTranspose({ ...settings, filters: 3, strides: 2 }), [2, 3, 4]),
    );
    await compareWithOnnx(modelOf(tf.layers.depthwiseConv2d({ ...settings, depthMultiplier: 2 }), [2, 3, 4]));
  });

  it.each(PADDINGS)('converts DepthwiseConv2D, %s', async (padding) => {
    for (const depthMultiplier of [1, 3]) {
      const layer = tf.layers.depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier, padding });
      await compareWithOnnx(modelOf(layer, [6, 6, 4]));
    }
  });

  it.each(PADDINGS)('converts SeparableConv2D, %s', async (padding) => {
    const layer = tf.layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, padding });
    await compareWithOnnx(modelOf(layer, [6, 5, 3]), { tolerance: 2 * TOLERANCE });
  });

  for (const padding of PADDINGS) {
    for (const [kernelSize, strides] of [
      [3, 1],
      [4, 2],
      [3, 2],
      [5, 2],
      [2, 3],
      [5, 1],
    ] as const) {
      it(`converts Conv2DTranspose: kernel ${kernelSize}, stride ${strides}, ${padding}`, async () => {
        const layer = tf.layers.conv2dTranspose({ filters: 3, kernelSize, strides, padding });
        await compareWithOnnx(modelOf(layer, [4, 5, 2]), { tolerance: 2 * TOLERANCE });
      });
    }
  }
});
