import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputStartGru } from '../../../src/training/encoders/char-cnn-rnn/input-start-gru.js';
import { LstmDirection } from '../../../src/training/layers/lstm-direction.js';
import { SpectralConv2D } from '../../../src/training/layers/spectral-conv2d.js';
import { UpConv2D } from '../../../src/training/layers/up-conv2d.js';
import { countLayer } from '../../../src/training/summary/count-layer.js';
import { buildWithZeros } from '../../../src/training/summary/zero-weights.js';

beforeAll(() => tf.setBackend('cpu'));

const image = () => tf.input({ shape: [8, 6, 3] });

describe('countLayer', () => {
  it('counts a convolution at every place of its output, its bias as a parameter only', () => {
    const layer = tf.layers.conv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same' });
    layer.apply(image());
    expect(countLayer(layer, 1)).toMatchObject({
      outputShape: [4, 3, 5],
      parameters: 9 * 3 * 5 + 5,
      multiplyAdds: 9 * 3 * 5 * 4 * 3,
      outputBytes: 4 * 3 * 5 * 4,
    });
  });

  it('counts a depthwise convolution once a channel', () => {
    const layer = tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false });
    layer.apply(image());
    expect(countLayer(layer, 1)).toMatchObject({ parameters: 9 * 3, multiplyAdds: 9 * 3 * 8 * 6 });
  });

  it('counts an up-sampling convolution as nearest ×2 and a convolution on the large map', () => {
    const layer = new UpConv2D({ name: 'up', filters: 5 });
    layer.apply(image());
    expect(countLayer(layer, 1)).toMatchObject({
      outputShape: [16, 12, 5],
      parameters: 9 * 3 * 5,
      multiplyAdds: 9 * 3 * 5 * 16 * 12,
    });
  });

  it('leaves out running statistics and what spectral normalisation keeps', () => {
    const norm = tf.layers.batchNormalization();
    norm.apply(image());
    expect(countLayer(norm, 1)).toMatchObject({ parameters: 6, multiplyAdds: 0 });
    const settings = { filters: 5, kernelSize: 3, strides: 1, padding: 'same', useBias: true } as const;
    const spectral = new SpectralConv2D({ name: 'spectral', ...settings });
    spectral.apply(image());
    expect(countLayer(spectral, 1)).toMatchObject({
      parameters: 9 * 3 * 5 + 5,
      multiplyAdds: 9 * 3 * 5 * 8 * 6,
    });
  });

  it('counts linear layers, LSTMs and embeddings word by word', () => {
    const words = tf.input({ shape: [null], dtype: 'int32' });
    const embedding = tf.layers.embedding({ inputDim: 11, outputDim: 4 });
    const vectors = embedding.apply(words) as tf.SymbolicTensor;
    expect(countLayer(embedding, 7)).toMatchObject({ outputShape: [7, 4], parameters: 44, multiplyAdds: 0 });

    const linear = tf.layers.dense({ units: 5 });
    linear.apply(vectors);
    expect(countLayer(linear, 7)).toMatchObject({ parameters: 25, multiplyAdds: 20 * 7 });

    const lstm = new LstmDirection({ name: 'lstm', units: 3 });
    lstm.apply([vectors, words]);
    // Four gates, and two biases as in the official code.
    expect(countLayer(lstm, 7)).toMatchObject({
      parameters: 4 * 3 * (4 + 3 + 2),
      multiplyAdds: 4 * 3 * (4 + 3) * 7,
    });
  });

  it('counts no recurrent product at the first step of the character encoder', () => {
    const layer = new InputStartGru({ name: 'gru', units: 3 });
    layer.apply(tf.input({ shape: [7, 4] }));
    expect(countLayer(layer, 1)).toMatchObject({
      parameters: 3 * 3 * (4 + 3 + 2),
      multiplyAdds: 3 * 3 * (4 * 7 + 3 * 6),
    });
  });
});

describe('buildWithZeros', () => {
  const build = () => tf.sequential({ layers: [tf.layers.dense({ units: 9, inputShape: [9] })] });
  const largest = (model: tf.LayersModel) => Math.max(...(model.getWeights()[0]?.abs().dataSync() ?? []));

  it('makes weights zeros while it builds, and only then', () => {
    expect(largest(buildWithZeros(build))).toBe(0);
    expect(largest(build())).toBeGreaterThan(0);
  });

  it('leaves layers as they were when building fails', () => {
    const fail = () => {
      throw new Error('no');
    };
    expect(() => buildWithZeros(fail)).toThrow('no');
    expect(largest(build())).toBeGreaterThan(0);
  });
});
