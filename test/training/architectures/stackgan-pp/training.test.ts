import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/index.js';
import {
  StackganPlusPlusTrainer,
  type StackganPlusPlusTrainerOptions,
} from '../../../../src/training/architectures/stackgan-pp/trainer.js';
import type { StackganPlusPlusBatch } from '../../../../src/training/architectures/stackgan-pp/training-step.js';
import { variablesFromBytes, variablesToBytes } from '../../../../src/training/weights/variable-files.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

const WITH_TEXT: StackganPlusPlusTrainerOptions = {
  generator: {
    text: { sentenceDim: 6, conditionDim: 4 },
    zDim: 5,
    baseWidth: 4,
    residualBlocks: 1,
    branches: 2,
  },
  discriminator: { baseWidth: 2 },
};
const WITHOUT_TEXT: StackganPlusPlusTrainerOptions = {
  ...WITH_TEXT,
  generator: { ...WITH_TEXT.generator, text: undefined },
};

function trainerOf(options: StackganPlusPlusTrainerOptions, seed = 1): StackganPlusPlusTrainer {
  return new StackganPlusPlusTrainer(options, new RandomStream(seed));
}

/** Noise for pictures, from the seed alone. */
function batchOf(seed: number, { conditional = true, branches = 2, size = 3 } = {}): StackganPlusPlusBatch {
  const random = new RandomStream(seed);
  const normal = <R extends tf.Rank>(shape: tf.ShapeMap[R]) =>
    tf.tensor<R>(random.normals(shape.reduce((product, side) => product * side, 1)), shape);
  const pictures = () =>
    Array.from({ length: branches }, (_, branch) => {
      const side = 64 * 2 ** branch;
      return tf.tidy(() => normal<tf.Rank.R4>([size, side, side, 3]).tanh());
    });
  const text = conditional
    ? {
        sentences: normal<tf.Rank.R2>([size, 6]),
        eps: normal<tf.Rank.R2>([size, 4]),
        wrongImages: pictures(),
      }
    : undefined;
  return { images: pictures(), z: normal<tf.Rank.R2>([size, 5]), text };
}

describe('a training step of StackGAN++', () => {
  it.each([
    ['with text', WITH_TEXT, true],
    ['without text', WITHOUT_TEXT, false],
    [
      'with spectral normalisation',
      { ...WITH_TEXT, discriminator: { baseWidth: 2, normalization: 'spectral' } },
      true,
    ],
    ['with hinge loss', { ...WITH_TEXT, loss: 'hinge' }, true],
  ] as const)('gives finite losses and leaves no tensor behind, %s', (_, options, conditional) => {
    const trainer = trainerOf(options);
    const batch = batchOf(2, { conditional });
    trainer.step(batch);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) {
      const { discriminators, generator } = trainer.step(batch);
      const totals = [generator.total, ...discriminators.map(({ total }) => total)];
      expect(totals).toHaveLength(3);
      expect(totals.every(Number.isFinite)).toBe(true);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('moves every trainable weight of generator and discriminators', () => {
    const trainer = trainerOf(WITH_TEXT);
    const weights = [...trainer.variables].filter(([name]) => /^(generator|discriminator\d+)\//.test(name));
    const before = new Map(weights.map(([name, variable]) => [name, variable.dataSync().slice()]));
    trainer.step(batchOf(2));
    const still = weights.filter(([name, variable]) => isEqual(variable.dataSync(), before.get(name) ?? []));
    expect(still.map(([name]) => name)).toEqual([]);
  });

  it('has terms for all heads with text, and colours only without', () => {
    const ofText = trainerOf(WITH_TEXT).step(batchOf(2));
    expect(ofText.generator.colors).toEqual([]);
    expect(ofText.generator.kl).toBeGreaterThanOrEqual(0);
    for (const { real, wrong, fake, total } of ofText.discriminators) {
      const terms = [real, wrong, fake].flatMap((head) => [head?.conditional, head?.unconditional]);
      const sum = terms.reduce<number>((all, term) => all + (term ?? Number.NaN), 0);
      expect(total).toBeCloseTo(sum, 5);
    }
    const ofNoise = trainerOf(WITHOUT_TEXT).step(batchOf(2, { conditional: false }));
    expect(ofNoise.generator.kl).toBeUndefined();
    expect(ofNoise.generator.colors).toHaveLength(1);
    const { branches, colors: pairs } = ofNoise.generator;
    const adversarial = branches.reduce((sum, head) => sum + (head.unconditional ?? Number.NaN), 0);
    const colors = 50 * ((pairs[0]?.mean ?? Number.NaN) + 5 * (pairs[0]?.covariance ?? Number.NaN));
    expect(ofNoise.generator.total).toBeCloseTo(adversarial + colors, 4);
    expect(ofNoise.discriminators.every(({ wrong, real }) => !wrong && real.conditional === undefined)).toBe(
      true,
    );
  });

  it('with an unconditional weight of 0 has no such head, and halves the mistakes', () => {
    const trainer = trainerOf({ ...WITH_TEXT, unconditionalWeight: 0 });
    expect([...trainer.variables.keys()].filter((name) => name.includes('/unconditional/'))).toEqual([]);
    const { discriminators, generator } = trainer.step(batchOf(2));
    for (const { real, wrong, fake, total } of discriminators) {
      const mistakes = (wrong?.conditional ?? Number.NaN) + (fake.conditional ?? Number.NaN);
      expect(total).toBeCloseTo((real.conditional ?? Number.NaN) + mistakes / 2, 5);
    }
    const adversarial = generator.branches.reduce((sum, head) => sum + (head.conditional ?? Number.NaN), 0);
    expect(generator.total).toBeCloseTo(adversarial + 2 * (generator.kl ?? Number.NaN), 5);
  });

  it.each([
    ['a batch of one', WITH_TEXT, batchOf.bind(undefined, 2, { size: 1 }), /at least 2/],
    ['a batch without its text', WITH_TEXT, batchOf.bind(undefined, 2, { conditional: false }), /with text/],
    ['a text for a model without', WITHOUT_TEXT, batchOf.bind(undefined, 2), /without text/],
    ['a scale too few', WITH_TEXT, batchOf.bind(undefined, 2, { branches: 1 }), /\[3, 128, 128, 3\]/],
    ['a scale too many', WITH_TEXT, batchOf.bind(undefined, 2, { branches: 3 }), /\[3, 256, 256, 3\]/],
  ])('refuses %s, and changes nothing', (_, options, batch, message) => {
    const trainer = trainerOf(options);
    const before = variablesToBytes(trainer.variables);
    expect(() => trainer.step(batch())).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(Buffer.compare(variablesToBytes(trainer.variables), before)).toBe(0);
  });
});

describe('the trainer of StackGAN++', () => {
  it('resumed from its variables goes on as if it had never stopped', () => {
    const batches = [batchOf(2), batchOf(3), batchOf(4)] as const;
    const uninterrupted = trainerOf(WITH_TEXT);
    uninterrupted.step(batches[0]);
    uninterrupted.step(batches[1]);
    const checkpoint = variablesToBytes(uninterrupted.variables);
    const expected = uninterrupted.step(batches[2]);

    const resumed = trainerOf(WITH_TEXT, 9);
    variablesFromBytes(resumed.variables, checkpoint, 'checkpoint');
    resumed.resumeAt(2);
    expect(resumed.step(batches[2])).toEqual(expected);
    const bytes = variablesToBytes(resumed.variables);
    expect(Buffer.compare(bytes, variablesToBytes(uninterrupted.variables))).toBe(0);
  });

  it('shows averaged weights and trains on with the live ones', () => {
    const { live, average, afterwards } = lookAtAverage({ ...WITH_TEXT, averageDecay: 0.5 });
    expect(average).not.toEqual(live);
    expect(afterwards).toEqual(live);
  });

  it('as the official code trains on with the averaged ones, if told so', () => {
    const options = { ...WITH_TEXT, averageDecay: 0.5, averageReplacesLive: true };
    const { live, average, afterwards } = lookAtAverage(options);
    expect(average).not.toEqual(live);
    expect(afterwards).toEqual(average);
  });

  it('averages trainable weights only: running statistics are the live ones', () => {
    const names = [...trainerOf(WITH_TEXT).variables.keys()].filter((name) => name.startsWith('average/'));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.includes('moving_') || name.includes('discriminator'))).toEqual([]);
  });
});

function lookAtAverage(options: StackganPlusPlusTrainerOptions) {
  const trainer = trainerOf(options);
  trainer.step(batchOf(2));
  const kernel = trainer.variables.get('generator/stage2/image/kernel');
  const read = () => [...(kernel?.dataSync() ?? [])];
  return { live: read(), average: trainer.withAveragedWeights(read), afterwards: read() };
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return Array.from(a).every((value, index) => value === b[index]);
}
