import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { compareWithOnnx, modelOf } from '../compare-with-onnx.js';

const LAYERS = {
  Dropout: () => tf.layers.dropout({ rate: 0.5 }),
  SpatialDropout1D: () => tf.layers.spatialDropout1d({ rate: 0.5 }),
  GaussianNoise: () => tf.layers.gaussianNoise({ stddev: 1 }),
  GaussianDropout: () => tf.layers.gaussianDropout({ rate: 0.5 }),
  AlphaDropout: () => tf.layers.alphaDropout({ rate: 0.5 }),
};

describe('layers that act in training only', () => {
  it.each(Object.entries(LAYERS))('%s leaves no node between two others', async (_name, make) => {
    const x = tf.input({ shape: [4, 3] });
    const [relu, tanh] = [tf.layers.reLU(), tf.layers.activation({ activation: 'tanh' })];
    const y = [relu, make(), tanh].reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, x);
    const converted = await compareWithOnnx(tf.model({ inputs: x, outputs: y }));
    expect(converted.summary.operators).toEqual({ Relu: 1, Tanh: 1 });
  });

  it('gives a model of nothing else its Identity', async () => {
    const converted = await compareWithOnnx(modelOf(LAYERS.Dropout(), [4]));
    expect(converted.summary.operators).toEqual({ Identity: 1 });
  });
});
