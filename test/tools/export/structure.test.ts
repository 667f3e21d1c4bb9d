import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { apply, applyAll, compareWithOnnx, countOf } from './compare-with-onnx.js';

const map = (name: string): tf.SymbolicTensor => tf.input({ shape: [4, 5, 3], name });
const conv = (filters: number): tf.layers.Layer =>
  tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });

describe('inputs and outputs', () => {
  it('may be one and the same tensor, beside others', async () => {
    const x = map('x');
    const y = apply(conv(2), x);
    const outputs = [{ name: 'again' }, { name: 'y' }];
    const converted = await compareWithOnnx(tf.model({ inputs: x, outputs: [x, y] }), { outputs });
    expect(converted.summary.operators).toMatchObject({ Identity: 1, Conv: 1 });
    await compareWithOnnx(tf.model({ inputs: x, outputs: [x, y] }), {
      inputs: [{ name: 'x', layout: 'nchw' }],
      outputs: [{ name: 'again', layout: 'nchw' }, { name: 'y' }],
    });
  });

  it('may be inner values, in several layouts', async () => {
    const x = map('x');
    const first = apply(conv(2), x);
    const second = apply(tf.layers.maxPooling2d({ poolSize: 2 }), first);
    const third = apply(tf.layers.flatten(), second);
    await compareWithOnnx(tf.model({ inputs: x, outputs: [third, first, second] }), {
      outputs: [{ name: 'c' }, { name: 'a', layout: 'nchw' }, { name: 'b' }],
    });
  });

  it('may be left unread', async () => {
    const [x, unread] = [map('x'), tf.input({ shape: [2], name: 'unread' })];
    const converted = await compareWithOnnx(tf.model({ inputs: [x, unread], outputs: apply(conv(2), x) }));
    expect(converted.summary.inputs.map(({ name }) => name)).toEqual(['x', 'unread']);
  });
});

describe('models in models', () => {
  it('may be called twice, on other inputs and on what they gave', async () => {
    const inner = map('inner');
    const block = tf.model({ inputs: inner, outputs: applyAll([conv(2), conv(3)], inner), name: 'block' });
    const [x, y] = [map('x'), map('y')];
    const twice = apply(block, apply(block, x));
    const outputs = apply(tf.layers.add(), [twice, apply(block, y)]);
    const converted = await compareWithOnnx(tf.model({ inputs: [x, y], outputs }), { tolerance: 1e-5 });
    expect(countOf(converted, 'Conv')).toBe(6);
    const weightCount = 3 * 3 * 3 * 2 + 2 + 3 * 3 * 2 * 3 + 3;
    expect(converted.summary.parameterCount).toBe(weightCount);
  });

  it('may be sequential in sequential in sequential', async () => {
    const innermost = tf.sequential({
      layers: [tf.layers.dense({ units: 3, inputShape: [4] }), tf.layers.elu()],
    });
    const middle = tf.sequential({ layers: [innermost, tf.layers.dense({ units: 4 })] });
    const outer = tf.sequential({ layers: [middle, tf.layers.dense({ units: 2, activation: 'softmax' })] });
    const converted = await compareWithOnnx(outer, { tolerance: 1e-5 });
    expect(countOf(converted, 'Gemm')).toBe(3);
  });

  it('may give an input of theirs as an output, and outputs that nobody reads', async () => {
    const [a, b] = [map('a'), map('b')];
    const inner = tf.model({ inputs: [a, b], outputs: [b, apply(conv(2), a), apply(tf.layers.reLU(), b)] });
    const [x, y] = [map('x'), map('y')];
    const [kept, features] = inner.apply([x, y]) as tf.SymbolicTensor[];
    if (kept === undefined || features === undefined) throw new RangeError('Expected three outputs.');
    await compareWithOnnx(tf.model({ inputs: [x, y], outputs: [features, kept] }), {
      outputs: [{ name: 'features' }, { name: 'kept' }],
    });
  });
});

describe('sizes that are free', () => {
  it('stay free through a network of maps, at every size', async () => {
    const x = tf.input({ shape: [null, null, 3], name: 'x' });
    const down = applyAll(
      [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        tf.layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same' }),
      ],
      x,
    );
    const pooled = apply(tf.layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }), down);
    const joined = apply(tf.layers.concatenate(), [down, pooled]);
    const up = applyAll(
      [
        tf.layers.layerNormalization(),
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 2, padding: 'same' }),
        tf.layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }),
        tf.layers.zeroPadding2d({ padding: 1 }),
        tf.layers.cropping2D({
          cropping: [
            [2, 0],
            [0, 2],
          ],
        }),
      ],
      joined,
    );
    const gate = applyAll([tf.layers.globalMaxPooling2d({}), tf.layers.dense({ units: 3 })], down);
    const outputs = [apply(tf.layers.multiply(), [up, gate]), gate];
    const model = tf.model({ inputs: x, outputs });
    for (const [height, width] of [
      [4, 8],
      [5, 7],
      [1, 1],
    ] as const) {
      await compareWithOnnx(model, {
        inputs: [{ name: 'x', dims: ['batch', 'height', 'width', 3] }],
        outputs: [{ name: 'y' }, { name: 'gate' }],
        verification: { sizes: { height, width } },
        tolerance: 1e-5,
      });
    }
  });

  it('stay free over time', async () => {
    const x = tf.input({ shape: [null, 4], name: 'x' });
    const layers = [
      tf.layers.conv1d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'gelu' }),
      tf.layers.maxPooling1d({ poolSize: 2, strides: 2, padding: 'same' }),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
      tf.layers.reshape({ targetShape: [-1, 3, 1] }),
    ];
    const model = tf.model({ inputs: x, outputs: applyAll(layers, x) });
    for (const time of [1, 6, 9]) {
      await compareWithOnnx(model, {
        inputs: [{ name: 'x', dims: ['batch', 'time', 4] }],
        verification: { sizes: { time } },
        tolerance: 1e-5,
      });
    }
  });
});
