import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { suspendTape } from '../../../src/training/backend/suspend-tape.js';

beforeAll(() => tf.setBackend('cpu'));

describe('suspendTape', () => {
  it('keeps what happens inside off the gradient, another gradient included', () => {
    const x = tf.variable(tf.scalar(3));
    const y = tf.variable(tf.scalar(5));
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const square = x.square();
        const inner = suspendTape(() => {
          const step = tf.variableGrads(() => y.mul(square).sum() as tf.Scalar, [y]);
          return step.grads[y.name]?.dataSync()[0];
        });
        expect(inner).toBe(9);
        const constant = suspendTape(() => x.mul(100));
        return square.add(constant).sum() as tf.Scalar;
      }, [x]);
      expect(grads[x.name]?.dataSync()[0]).toBe(6);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('goes on recording after an error inside', () => {
    const x = tf.scalar(2);
    const gradient = tf.grad((a) => {
      expect(() =>
        suspendTape(() => {
          throw new Error('inside');
        }),
      ).toThrow('inside');
      return a.square();
    })(x);
    expect(gradient.dataSync()[0]).toBe(4);
  });
});
