import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { MovingAverage } from '../../../src/training/optimizers/moving-average.js';

beforeAll(() => tf.setBackend('cpu'));

describe('MovingAverage', () => {
  it('follows the live weights slowly, steps in for them, and steps back', () => {
    const weight = tf.variable(tf.tensor1d([0, 8]));
    const average = new MovingAverage(new Map([['w', weight]]), 0.75);
    const before = tf.memory().numTensors;
    tf.tidy(() => weight.assign(tf.tensor1d([4, 0])));
    average.update();
    expect([...weight.dataSync()]).toEqual([4, 0]);
    expect(average.swapIn(() => [...weight.dataSync()])).toEqual([1, 6]);
    expect([...weight.dataSync()]).toEqual([4, 0]);
    average.update();
    expect([...weight.dataSync()]).toEqual([4, 0]);
    expect(average.swapIn(() => [...weight.dataSync()])).toEqual([1.75, 4.5]);
    expect(tf.memory().numTensors).toBe(before);
    average.adopt();
    expect([...weight.dataSync()]).toEqual([1.75, 4.5]);
  });

  it('puts the live weights back after an error', () => {
    const weight = tf.variable(tf.scalar(2));
    const average = new MovingAverage(new Map([['w', weight]]), 0.5);
    tf.tidy(() => weight.assign(tf.scalar(4)));
    expect(() =>
      average.swapIn(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(weight.dataSync()[0]).toBe(4);
  });
});
