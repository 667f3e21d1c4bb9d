import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { BACKENDS } from '../oracle.js';

beforeAll(() => loadTensorFlow());

describe.each(BACKENDS)('gradients of rectifiers, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));
  const x = () => tf.tensor1d([-2, -0.5, 0.5, 3]);
  const weight = () => tf.tensor1d([1, 2, 3, 4]);

  it('ReLU', () => {
    const before = tf.memory().numTensors;
    const gradient = tf.tidy(() =>
      tf
        .grad((a) => a.relu().mul(weight()).sum())(x())
        .arraySync(),
    );
    expect(gradient).toEqual([0, 0, 3, 4]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('ReLU6', () => {
    const gradient = tf.tidy(() =>
      tf
        .grad((a) => a.mul(3).relu6().mul(weight()).sum())(x())
        .arraySync(),
    );
    expect(gradient).toEqual([0, 0, 9, 0]);
  });

  it('leaky ReLU', () => {
    const gradient = tf.tidy(() =>
      tf
        .grad((a) => tf.leakyRelu(a, 0.25).mul(weight()).sum())(x())
        .arraySync(),
    );
    expect(gradient).toEqual([0.25, 0.5, 3, 4]);
  });

  it('have gradients in turn: of a squared gradient', () => {
    const before = tf.memory().numTensors;
    // d/dw of (w · slope)², where the slope is 0.25 below zero.
    const slope = (w: tf.Tensor) => tf.grad((a) => tf.leakyRelu(a, 0.25).mul(w).sum())(x());
    const gradient = tf.tidy(() =>
      tf
        .grad((w) => slope(w).square().sum())(weight())
        .arraySync(),
    );
    expect(gradient).toEqual([0.125, 0.25, 6, 8]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
