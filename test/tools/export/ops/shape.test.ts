import * as tf from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { compareWithOnnx, modelOf } from '../compare-with-onnx.js';

describe('Reshape', () => {
  it('equals TF.js, with one size left open or none', async () => {
    await compareWithOnnx(modelOf(tf.layers.reshape({ targetShape: [2, 3, 4] }), [24]));
    await compareWithOnnx(modelOf(tf.layers.reshape({ targetShape: [-1, 4] }), [2, 6]));
    await compareWithOnnx(modelOf(tf.layers.reshape({ targetShape: [24] }), [2, 3, 4]));
  });
});

describe('Flatten', () => {
  it('gives the features in the order of channels last, whatever the layout', async () => {
    await compareWithOnnx(modelOf(tf.layers.flatten(), [2, 3, 4]));
    await compareWithOnnx(modelOf(tf.layers.flatten({ dataFormat: 'channelsFirst' }), [2, 3, 4]));
  });

  it('follows a convolution', async () => {
    const layers = [
      tf.layers.conv2d({ filters: 3, kernelSize: 2, inputShape: [4, 5, 2] }),
      tf.layers.flatten(),
    ];
    await compareWithOnnx(tf.sequential({ layers }));
  });
});

describe('Permute and RepeatVector', () => {
  it('equal TF.js', async () => {
    await compareWithOnnx(modelOf(tf.layers.permute({ dims: [2, 3, 1] }), [2, 3, 4]));
    await compareWithOnnx(modelOf(tf.layers.permute({ dims: [2, 1] }), [2, 3]));
    await compareWithOnnx(modelOf(tf.layers.repeatVector({ n: 3 }), [4]));
  });
});
