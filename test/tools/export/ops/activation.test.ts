import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { applyAll, compareWithOnnx, countOf, modelOf } from '../compare-with-onnx.js';

type Activation = NonNullable<Parameters<typeof tf.layers.dense>[0]['activation']>;

const NAMES: readonly Activation[] = [
  ...([
    'linear',
    'relu',
    'relu6',
    'elu',
    'selu',
    'sigmoid',
    'hardSigmoid',
    'softplus',
    'softsign',
    'tanh',
  ] as const),
  ...(['softmax', 'swish', 'mish', 'gelu', 'gelu_new'] as const),
];

describe('activations', () => {
  it.each(NAMES)('%s as a layer equals TF.js', async (activation) => {
    await compareWithOnnx(modelOf(tf.layers.activation({ activation }), [5, 4]));
  });

  it.each(NAMES)('%s as an option of dense and conv2d equals TF.js', async (activation) => {
    await compareWithOnnx(modelOf(tf.layers.dense({ units: 6, activation }), [5]));
    await compareWithOnnx(modelOf(tf.layers.conv2d({ filters: 3, kernelSize: 2, activation }), [4, 4, 2]));
  });

  it('are all those that TF.js has', async () => {
    for (const activation of NAMES) expect(() => tf.layers.activation({ activation })).not.toThrow();
    await compareWithOnnx(modelOf(tf.layers.activation({ activation: 'logSoftmax' as Activation }), [5]));
  });
});

describe('activation layers', () => {
  it('converts ReLU with and without a maximum', async () => {
    const plain = await compareWithOnnx(modelOf(tf.layers.reLU(), [3, 3, 2]));
    expect(countOf(plain, 'Relu')).toBe(1);
    const capped = await compareWithOnnx(modelOf(tf.layers.reLU({ maxValue: 0.5 }), [3, 3, 2]));
    expect(countOf(capped, 'Clip')).toBe(1);
  });

  it('converts LeakyReLU with its slope', async () => {
    await compareWithOnnx(modelOf(tf.layers.leakyReLU({ alpha: 0.2 }), [3, 3, 2]));
    await compareWithOnnx(modelOf(tf.layers.leakyReLU({ alpha: 1 }), [4]));
  });

  it('converts ELU, ThresholdedReLU and Softmax', async () => {
    await compareWithOnnx(modelOf(tf.layers.elu(), [4]));
    await compareWithOnnx(modelOf(tf.layers.thresholdedReLU({ theta: 0.3 }), [3, 3, 2]));
    await compareWithOnnx(modelOf(tf.layers.softmax({ axis: -1 }), [4, 3]));
  });

  it('converts a Softmax over several axes, of large numbers too', async () => {
    const scaled = [tf.layers.rescaling({ scale: 40 }), tf.layers.softmax({ axis: [1, 3] })];
    const x = tf.input({ shape: [3, 2, 4], name: 'x' });
    await compareWithOnnx(tf.model({ inputs: x, outputs: applyAll(scaled, x) }), { tolerance: 1e-5 });
  });

  it('converts PReLU with slopes for each element and with shared axes', async () => {
    await compareWithOnnx(modelOf(tf.layers.prelu(), [3, 4, 2]));
    await compareWithOnnx(modelOf(tf.layers.prelu({ sharedAxes: [1, 2] }), [3, 4, 2]));
  });
});
