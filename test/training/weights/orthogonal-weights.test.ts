import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { initializeOrthogonally } from '../../../src/training/weights/orthogonal-weights.js';

/** Ten times what the iteration stops at: the check sums in another order. */
const TOLERANCE = 1e-4;

describe.each(['cpu', 'tensorflow'])('orthogonal start, %s backend', (backend) => {
  beforeEach(() => tf.setBackend(backend));

  it.each([
    ['a convolution, more inputs than outputs', [3, 3, 8, 16]],
    ['a linear layer, fewer inputs than outputs', [6, 40]],
    ['a square matrix', [32, 32]],
    ['one output', [4, 4, 8, 1]],
  ])('makes %s orthogonal', (_, shape) => {
    const kernel = tf.variable(tf.zeros(shape));
    const before = tf.memory().numTensors;
    initializeOrthogonally(new Map([['layer/kernel', kernel]]), new RandomStream(1));
    expect(tf.memory().numTensors).toBe(before);
    tf.tidy(() => {
      const matrix = kernel.reshape([-1, shape.at(-1) ?? 0]) as tf.Tensor2D;
      const [rows, columns] = matrix.shape;
      const isTall = rows >= columns;
      const gram = tf.matMul(matrix, matrix, isTall, !isTall);
      const error = gram
        .sub(tf.eye(Math.min(rows, columns)))
        .abs()
        .max();
      expect(error.dataSync()[0]).toBeLessThan(TOLERANCE);
    });
    kernel.dispose();
  });

  it('starts gammas near 1, leaves biases and running variances, and follows the seed alone', () => {
    const start = (seed: number) => {
      const variables = new Map([
        ['bn/gamma', tf.variable(tf.ones([4096]))],
        ['bn/moving_variance', tf.variable(tf.ones([8]))],
        ['out/bias', tf.variable(tf.zeros([8]))],
        ['out/kernel', tf.variable(tf.zeros([8, 8]))],
      ]);
      initializeOrthogonally(variables, new RandomStream(seed));
      const values = [...variables].map(([name, variable]) => [name, variable.dataSync()] as const);
      tf.dispose([...variables.values()]);
      return new Map(values);
    };
    const first = start(1);
    const gamma = [...(first.get('bn/gamma') ?? [])];
    const mean = gamma.reduce((sum, value) => sum + value, 0) / gamma.length;
    const variance = gamma.reduce((sum, value) => sum + (value - mean) ** 2, 0) / gamma.length;
    // Four standard errors of 4,096 draws.
    expect(Math.abs(mean - 1)).toBeLessThan((4 * 0.02) / 64);
    expect(Math.abs(Math.sqrt(variance) - 0.02)).toBeLessThan((4 * 0.02) / Math.sqrt(2 * 4096));
    expect([...(first.get('bn/moving_variance') ?? [])]).toEqual(Array(8).fill(1));
    expect([...(first.get('out/bias') ?? [])]).toEqual(Array(8).fill(0));
    expect(start(1)).toEqual(first);
    expect(start(2).get('out/kernel')).not.toEqual(first.get('out/kernel'));
  });
});
