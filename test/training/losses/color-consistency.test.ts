import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { colorConsistency, colorStatistics } from '../../../src/training/losses/color-consistency.js';

beforeAll(() => tf.setBackend('cpu'));

/** Two pixels, the second brighter in red and darker in green. */
const PICTURE = [
  [
    [0.2, 0.6, 0.1],
    [0.6, 0.2, 0.1],
  ],
];

describe('colour statistics', () => {
  it('are each picture’s mean colour and covariance of the channels', () => {
    const { mean, covariance } = colorStatistics(tf.tensor4d([PICTURE]));
    expectClose(mean, [0.4, 0.4, 0.1]);
    expectClose(covariance, [0.04, -0.04, 0, -0.04, 0.04, 0, 0, 0, 0]);
  });
});

describe('colour consistency', () => {
  it('is zero between a picture and itself at twice the side', () => {
    const coarse = tf.randomNormal<tf.Rank.R4>([2, 4, 4, 3], 0, 1, 'float32', 3);
    const fine = tf.image.resizeNearestNeighbor(coarse, [8, 8]);
    const { mean, covariance } = colorConsistency(fine, coarse);
    expect(mean.dataSync()[0]).toBeLessThan(1e-12);
    expect(covariance.dataSync()[0]).toBeLessThan(1e-12);
  });

  it('is the mean over entries of the squared differences', () => {
    const grey = tf.fill([1, 2, 2, 3], 0.1) as tf.Tensor4D;
    const { mean, covariance } = colorConsistency(tf.tensor4d([PICTURE]), grey);
    expectClose(mean, [(0.3 ** 2 + 0.3 ** 2) / 3]);
    expectClose(covariance, [(4 * 0.04 ** 2) / 9]);
  });

  it('moves the finer pictures only', () => {
    const fine = tf.variable(tf.tensor4d([PICTURE]));
    const coarse = tf.variable(tf.fill([1, 2, 2, 3], 0.1) as tf.Tensor4D);
    const { grads } = tf.variableGrads(() => {
      const { mean, covariance } = colorConsistency(fine, coarse);
      return mean.add(covariance) as tf.Scalar;
    });
    expect(Object.keys(grads)).toEqual([fine.name]);
  });
});

function expectClose(actual: tf.Tensor, expected: readonly number[]): void {
  const values = actual.dataSync();
  expect(values).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(values[index]).toBeCloseTo(value, 6);
}
