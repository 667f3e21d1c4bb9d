import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { reconstructionLoss } from '../../../src/training/losses/reconstruction.js';

describe('reconstruction', () => {
  const constant = (side: number, value: number) => tf.fill([2, side, side, 3], value) as tf.Tensor4D;

  it('is the mean absolute difference, each size counting alike', () => {
    tf.tidy(() => {
      const fakes = [constant(2, 0.5), constant(4, -1)];
      const reals = [constant(2, 0.25), constant(4, 1)];
      expect(reconstructionLoss(fakes, reals).arraySync()).toBeCloseTo((0.25 + 2) / 2, 6);
      expect(reconstructionLoss(fakes, fakes).arraySync()).toBe(0);
    });
  });

  it('pulls every value by the same amount, whatever its distance', () => {
    tf.tidy(() => {
      const fake = tf.tensor4d([0.5, -0.5, 0.9], [1, 1, 1, 3]);
      const real = tf.tensor4d([0, 0, 1], [1, 1, 1, 3]);
      const gradient = tf.grad((images) => reconstructionLoss([images as tf.Tensor4D], [real]))(fake);
      const third = Math.fround(1 / 3);
      expect([...gradient.dataSync()]).toEqual([third, -third, -third]);
    });
  });

  it('refuses fewer sizes of real pictures than of generated ones', () => {
    tf.tidy(() => {
      expect(() => reconstructionLoss([constant(2, 0), constant(4, 0)], [constant(2, 0)])).toThrow(
        'Expected 2 sizes, received 1.',
      );
    });
  });
});
