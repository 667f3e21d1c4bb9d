import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Adam } from '../../../src/training/optimizers/adam.js';
import { Oracle, relativeDifference } from '../oracle.js';

describe('Adam', () => {
  it('moves parameters as PyTorch does, the smallest gradients included', () => {
    const oracle = new Oracle('adam');
    const parameter = tf.variable(oracle.tensor('in.p'));
    const adam = new Adam(new Map([['p', parameter]]), { learningRate: 2e-4 });
    const gradients = oracle.tensor('in.g');
    const expected = oracle.tensor('out.p');
    const before = tf.memory().numTensors;
    for (let step = 0; step < 4; step++) {
      const row = (tensor: tf.Tensor) => tensor.slice([step, 0], [1, -1]).reshape([-1]);
      tf.tidy(() => {
        adam.applyGradients({ [parameter.name]: row(gradients) });
        const wanted = row(expected).dataSync();
        expect(relativeDifference(parameter, wanted)).toBeLessThan(1e-6);
      });
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});
