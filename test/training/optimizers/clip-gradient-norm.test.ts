import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { clipGradientNorm } from '../../../src/training/optimizers/clip-gradient-norm.js';

beforeAll(() => tf.setBackend('cpu'));

describe('clipping of gradients', () => {
  it.each([
    ['leaves short ones as they are', 6, undefined, 5, 1],
    ['scales long ones together', 2.5, undefined, 5, 0.5],
    ['counts one as often as told', 100, (name: string) => (name === 'b' ? 3 : 1), Math.sqrt(57), 1],
  ])('%s', (_, maxNorm, countOf, norm, scale) => {
    tf.tidy(() => {
      const gradients = { a: tf.tensor1d([0, 3]), b: tf.scalar(-4) };
      const clipped = clipGradientNorm(gradients, maxNorm, countOf);
      expect(clipped.norm).toBeCloseTo(norm, 5);
      expect(clipped.gradients.a?.dataSync()[1]).toBeCloseTo(3 * scale, 5);
      expect(clipped.gradients.b?.dataSync()[0]).toBeCloseTo(-4 * scale, 5);
    });
  });

  it('leaves zeros zero', () => {
    tf.tidy(() => {
      const { gradients, norm } = clipGradientNorm({ a: tf.zeros([3]) }, 0.25);
      expect(norm).toBe(0);
      expect([...(gradients.a?.dataSync() ?? [])]).toEqual([0, 0, 0]);
    });
  });
});
