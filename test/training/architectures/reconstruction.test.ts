import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import type { Trainer } from '../../../src/training/trainer.js';
import { MICRO_TRAINERS } from './micro-trainers.js';

beforeAll(async () => {
  await loadTensorFlow();
  await tf.setBackend('tensorflow');
});
afterEach(() => tf.disposeVariables());

/** What a few steps can learn to draw. */
const bright = (side: number) => tf.fill([3, side, side, 3], 0.9) as tf.Tensor4D;

describe.each(Object.entries(MICRO_TRAINERS))('reconstruction in the training of %s', (_, begin) => {
  const steps = (reconstructionWeight: number, count: number) => {
    const { trainer, batch } = begin({ reconstructionWeight }, bright);
    const stepOf = (each: Trainer<never>, step: number) => each.step(batch as never, new RandomStream(step));
    const before = tf.memory().numTensors;
    const losses = Array.from({ length: count }, (_unused, step) => stepOf(trainer, step));
    expect(tf.memory().numTensors).toBe(before);
    return losses.map((each: Readonly<Record<string, number>>) => each['reconstruction']);
  };

  it('draws pictures near to those of their captions', () => {
    const distances = steps(100, 8);
    const [first, last] = [distances[0] ?? Number.NaN, distances.at(-1) ?? Number.NaN];
    expect(last).toBeLessThan(first - 0.005);
  });

  it('is neither computed nor told without a weight', () => {
    expect(steps(0, 1)).toEqual([undefined]);
  });
});
