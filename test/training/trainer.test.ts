import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/sdk/noise/random-stream.js';
import { LiveTensors } from '../../src/training/backend/live-tensors.js';
import { type LossNumbers, lossNumbers } from '../../src/training/losses/loss-numbers.js';
import { requireFiniteLosses } from '../../src/training/losses/require-finite.js';
import { Adam } from '../../src/training/optimizers/adam.js';
import { descend } from '../../src/training/optimizers/descend.js';
import { optimizerVariables } from '../../src/training/optimizers/optimizer-variables.js';
import { Trainer } from '../../src/training/trainer.js';
import { mergeVariables } from '../../src/training/weights/named-variables.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

const RANDOM = new RandomStream(0);

/** Draws one number towards what each batch says; a batch of NaN leaves a tensor behind. */
class OneNumber extends Trainer<number> {
  readonly value: tf.Variable<tf.Rank.R0>;
  private readonly optimizer: Adam;

  constructor() {
    const value = tf.variable(tf.scalar(0));
    const weights = new Map([['value', value]]);
    const optimizer = new Adam(weights, { learningRate: 0.1 });
    super({
      variables: mergeVariables(weights, optimizerVariables([optimizer], undefined)),
      optimizers: [optimizer],
    });
    this.value = value;
    this.optimizer = optimizer;
  }

  protected override update(wanted: number): LossNumbers {
    if (Number.isNaN(wanted)) tf.zeros([3]);
    return descend(new Map([['value', this.value]]), this.optimizer, () => {
      const loss = this.value.sub<tf.Scalar>(wanted).square();
      return { loss, report: lossNumbers({ square: loss }) };
    });
  }
}

describe('a trainer', () => {
  it('counts its steps, gives numbers by name and leaves no tensor behind', () => {
    const trainer = new OneNumber();
    const { numTensors } = tf.memory();
    expect(trainer.step(3, RANDOM)).toEqual({ square: 9 });
    trainer.step(3, RANDOM);
    expect(trainer.steps).toBe(2);
    expect(tf.memory().numTensors).toBe(numTensors);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(numTensors - 3);
  });

  it('names the step that leaves tensors behind', () => {
    const trainer = new OneNumber();
    trainer.step(3, RANDOM);
    const before = tf.memory().numTensors;
    expect(() => trainer.step(Number.NaN, RANDOM)).toThrowError(
      expect.objectContaining({
        code: 'TENSORS_LEAKED',
        message: expect.stringContaining(
          `Expected ${before} live tensors after step 2, as before it, received ${before + 1}`,
        ),
        details: { step: 2, expected: before, received: before + 1 },
      }),
    );
  });

  it('multiplies its learning rate by the factor of the step, and of that step alone', () => {
    const moves = ([1, 0.5, 1] as const).map((factor) => {
      const trainer = new OneNumber();
      trainer.step(3, RANDOM, 0.25);
      const before = trainer.value.dataSync()[0] ?? Number.NaN;
      trainer.step(3, RANDOM, factor);
      return (trainer.value.dataSync()[0] ?? Number.NaN) - before;
    });
    expect(moves[0]).toBeGreaterThan(0.05);
    expect(moves[1]).toBeCloseTo((moves[0] ?? 0) / 2, 5);
    expect(moves[2]).toBe(moves[0]);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the factor %d and does not move',
    (factor) => {
      const trainer = new OneNumber();
      expect(() => trainer.step(3, RANDOM, factor)).toThrowError(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      );
      expect(trainer.value.dataSync()[0]).toBe(0);
      expect(trainer.steps).toBe(0);
    },
  );

  it('goes on from its variables as if it had not stopped', () => {
    const whole = new OneNumber();
    whole.step(3, RANDOM);
    whole.step(3, RANDOM);
    const resumed = new OneNumber();
    for (const [name, variable] of resumed.variables) {
      tf.tidy(() => variable.assign(whole.variables.get(name)?.clone() ?? tf.scalar(Number.NaN)));
    }
    resumed.resumeAt(2);
    expect(resumed.step(3, RANDOM)).toEqual(whole.step(3, RANDOM));
    expect(resumed.value.dataSync()).toEqual(whole.value.dataSync());
    expect(resumed.steps).toBe(3);
  });
});

it('live tensors are watched over any piece of work', () => {
  const tensors = new LiveTensors();
  tf.tidy(() => {
    tf.ones([2]);
  });
  tensors.requireSame(1);
  const left = tf.ones([2]);
  expect(() => tensors.requireSame(2)).toThrowError(expect.objectContaining({ code: 'TENSORS_LEAKED' }));
  left.dispose();
  tensors.requireSame(3);
});

describe('losses that are no numbers', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%d stops training, naming step, loss and last good checkpoint',
    (value) => {
      const losses = { discriminator: 1, kl: value };
      expect(() =>
        requireFiniteLosses(losses, 7, { lastGoodCheckpoint: 'runs/x/checkpoints/5' }),
      ).toThrowError(
        expect.objectContaining({
          code: 'TRAINING_DIVERGED',
          message: expect.stringMatching(
            new RegExp(`"kl" became ${value} at step 7\\..*last good checkpoint is runs/x/checkpoints/5`),
          ),
          details: expect.objectContaining({ step: 7, loss: 'kl' }),
        }),
      );
    },
  );

  it('say so where there is no checkpoint yet; others pass', () => {
    expect(() => requireFiniteLosses({ total: Number.NaN }, 1)).toThrowError(/No checkpoint was written yet/);
    expect(() => requireFiniteLosses({ total: 0, kl: -1e30 }, 1)).not.toThrow();
  });
});
