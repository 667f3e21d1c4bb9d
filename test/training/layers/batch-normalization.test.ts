import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { batchNormalizationInTraining } from '../../../src/training/backend/batch-normalization-kernel.js';

interface Outcome {
  y: Float32Array;
  mean: Float32Array;
  variance: Float32Array;
  gradients: Float32Array[];
}

function run(shape: number[], momentum: number): Outcome {
  tf.engine().startScope();
  try {
    return compute(shape, momentum);
  } finally {
    tf.engine().endScope();
  }
}

function compute(shape: number[], momentum: number): Outcome {
  const random = new RandomStream(3, 1);
  const channels = shape.at(-1) ?? 0;
  const draw = (size: number[]) => tf.tensor(random.normals(tf.util.sizeFromShape(size)), size);
  const x = draw(shape).mul(3).add(1);
  const gamma = draw([channels]).add(1) as tf.Tensor1D;
  const beta = draw([channels]) as tf.Tensor1D;
  const weight = draw(shape);
  const running = { mean: draw([channels]), variance: draw([channels]).square() };
  let mean = new Float32Array();
  let variance = new Float32Array();
  const normalise = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
    batchNormalizationInTraining(a, b as tf.Tensor1D, c as tf.Tensor1D, {
      epsilon: 1e-5,
      running,
      momentum,
      onMoved: (moved) => {
        mean = Float32Array.from(moved.mean.dataSync());
        variance = Float32Array.from(moved.variance.dataSync());
      },
    });
  const y = Float32Array.from(normalise(x, gamma, beta).dataSync());
  const gradients = tf
    .grads((a, b, c) =>
      normalise(a as tf.Tensor, b as tf.Tensor, c as tf.Tensor)
        .mul(weight)
        .sum(),
    )([x, gamma, beta])
    .map((gradient) => Float32Array.from(gradient.dataSync()));
  return { y, mean, variance, gradients };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? Number.NaN))),
    0,
  );
}

describe('batch normalisation in training', () => {
  it.each([
    [[6, 10], 0.9],
    [[4, 5, 5, 8], 0.9],
    [[4, 5, 5, 8], 0],
  ])('fused kernel and composed form agree, shape %s, momentum %s', async (shape, momentum) => {
    await tf.setBackend('cpu');
    const composed = run(shape, momentum);
    await tf.setBackend('tensorflow');
    const before = tf.memory().numTensors;
    const fused = run(shape, momentum);
    expect(tf.memory().numTensors).toBe(before);
    expect(largestDifference(fused.y, composed.y)).toBeLessThan(2e-5);
    expect(largestDifference(fused.mean, composed.mean)).toBeLessThan(1e-5);
    expect(largestDifference(fused.variance, composed.variance)).toBeLessThan(1e-4);
    for (const [index, gradient] of fused.gradients.entries()) {
      expect(largestDifference(gradient, composed.gradients[index] ?? new Float32Array())).toBeLessThan(1e-4);
    }
  });
});
