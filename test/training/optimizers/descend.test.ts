import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { suspendTape } from '../../../src/training/backend/suspend-tape.js';
import { Adam } from '../../../src/training/optimizers/adam.js';
import { descend } from '../../../src/training/optimizers/descend.js';

beforeAll(() => tf.setBackend('cpu'));

function trained(value: number) {
  const weight = tf.variable(tf.scalar(value));
  const variables = new Map([['w', weight]]);
  return { weight, variables, optimizer: new Adam(variables, { learningRate: 0.5 }) };
}

describe('descend', () => {
  it('moves against the gradient, hands the report on and leaves no tensor behind', () => {
    const { weight, variables, optimizer } = trained(3);
    const before = tf.memory().numTensors;
    const report = descend(variables, optimizer, () => {
      const loss = weight.square() as tf.Scalar;
      return { loss, report: loss.dataSync()[0] };
    });
    expect(report).toBe(9);
    // The first step of Adam has the learning rate's length.
    expect(weight.dataSync()[0]).toBeCloseTo(2.5, 6);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('inside another one moves its own variables, whose new values the outer loss sees', () => {
    const [outer, inner] = [trained(3), trained(1)];
    const before = tf.memory().numTensors;
    descend(outer.variables, outer.optimizer, () => {
      const fake = outer.weight.mul(2);
      suspendTape(() =>
        descend(inner.variables, inner.optimizer, () => {
          const loss = inner.weight.mul(fake) as tf.Scalar;
          return { loss, report: undefined };
        }),
      );
      const loss = fake.mul(inner.weight) as tf.Scalar;
      return { loss, report: undefined };
    });
    expect(inner.weight.dataSync()[0]).toBeCloseTo(0.5, 6);
    expect(outer.weight.dataSync()[0]).toBeCloseTo(2.5, 6);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('passes an error on and moves nothing', () => {
    const { weight, variables, optimizer } = trained(3);
    const refuse = () => {
      throw new Error('refused');
    };
    expect(() => descend(variables, optimizer, refuse)).toThrowError('refused');
    expect(weight.dataSync()[0]).toBe(3);
    expect(optimizer.steps).toBe(0);
  });
});
