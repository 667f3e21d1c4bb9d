import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { kullbackLeibler } from '../../../src/training/losses/kullback-leibler.js';
import { Oracle, relativeDifference } from '../oracle.js';

describe('Kullback-Leibler divergence', () => {
  it('has the value and gradients of the official code', () => {
    const oracle = new Oracle('kl-loss');
    tf.tidy(() => {
      const inputs = [oracle.tensor('in.mu'), oracle.tensor('in.logvar')] as [tf.Tensor, tf.Tensor];
      expect(relativeDifference(kullbackLeibler(...inputs), oracle.values('loss.kl'))).toBeLessThan(1e-5);
      const [mean, logVariance] = tf.grads((a, b) => kullbackLeibler(a as tf.Tensor, b as tf.Tensor))(inputs);
      expect(relativeDifference(mean as tf.Tensor, oracle.values('grad.in.mu'))).toBeLessThan(1e-5);
      expect(relativeDifference(logVariance as tf.Tensor, oracle.values('grad.in.logvar'))).toBeLessThan(
        2e-5,
      );
    });
  });
});
