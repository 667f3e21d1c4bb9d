import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/index.js';
import {
  StackganPlusPlusTrainer,
  type StackganPlusPlusTrainerOptions,
} from '../../../../src/training/architectures/stackgan-pp/trainer.js';
import type { StackganPlusPlusBatch } from '../../../../src/training/architectures/stackgan-pp/training-step.js';
import type { LossNumbers } from '../../../../src/training/losses/loss-numbers.js';
import { variablesFromBytes, variablesToBytes } from '../../../../src/training/weights/variable-files.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

/** Handed to every step; nothing is drawn from it without augmentation. */
const RANDOM = new RandomStream(0);

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
    trainer.step(batch, RANDOM);
    const before = tf.memory().numTensors;
    for (let step = 0; step < 3; step++) {
      const losses = trainer.step(batch, RANDOM);
      expect(Object.keys(losses)).toEqual(
        expect.arrayContaining(['generatorTotal', 'discriminator64', 'discriminator128']),
      );
      expect(Object.values(losses).every(Number.isFinite)).toBe(true);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('moves every trainable weight of generator and discriminators', () => {
    const trainer = trainerOf(WITH_TEXT);
    const weights = [...trainer.variables].filter(([name]) => /^(generator|discriminator\d+)\//.test(name));
    const before = new Map(weights.map(([name, variable]) => [name, variable.dataSync().slice()]));
    trainer.step(batchOf(2), RANDOM);
    const still = weights.filter(([name, variable]) => isEqual(variable.dataSync(), before.get(name) ?? []));
    expect(still.map(([name]) => name)).toEqual([]);
  });

  it('has terms for all heads with text, and colours only without', () => {
    const ofText = trainerOf(WITH_TEXT).step(batchOf(2), RANDOM);
    expect(Object.keys(ofText).filter((name) => name.startsWith('color'))).toEqual([]);
    expect(ofText.kl).toBeGreaterThanOrEqual(0);
    for (const side of [64, 128]) {
      const heads = ['real', 'wrong', 'fake'].flatMap((kind) => [`${kind}${side}`, `${kind}Alone${side}`]);
      expect(ofText[`discriminator${side}`]).toBeCloseTo(sumOf(ofText, heads), 5);
    }
    expect(ofText.discriminator).toBeCloseTo(sumOf(ofText, ['discriminator64', 'discriminator128']), 5);

    const ofNoise = trainerOf(WITHOUT_TEXT).step(batchOf(2, { conditional: false }), RANDOM);
    const scale = (side: number) =>
      ['discriminator', 'realAlone', 'fakeAlone', 'accuracyReal', 'accuracyFake', 'generatorAlone'].map(
        (name) => `${name}${side}`,
      );
    const names = ['discriminator', 'generator', 'generatorTotal', 'colorMean128', 'colorCovariance128'];
    expect(Object.keys(ofNoise).sort()).toEqual([...names, ...scale(64), ...scale(128)].sort());
    const adversarial = sumOf(ofNoise, ['generatorAlone64', 'generatorAlone128']);
    expect(ofNoise.generator).toBeCloseTo(adversarial, 5);
    const { colorMean128 = Number.NaN, colorCovariance128 = Number.NaN } = ofNoise;
    expect(ofNoise.generatorTotal).toBeCloseTo(adversarial + 50 * (colorMean128 + 5 * colorCovariance128), 4);
  });

  it('with an unconditional weight of 0 has no such head, and halves the mistakes', () => {
    const trainer = trainerOf({ ...WITH_TEXT, unconditionalWeight: 0 });
    expect([...trainer.variables.keys()].filter((name) => name.includes('/unconditional/'))).toEqual([]);
    const losses = trainer.step(batchOf(2), RANDOM);
    for (const side of [64, 128]) {
      const mistakes = sumOf(losses, [`wrong${side}`, `fake${side}`]);
      expect(losses[`discriminator${side}`]).toBeCloseTo(sumOf(losses, [`real${side}`]) + mistakes / 2, 5);
    }
    const adversarial = sumOf(losses, ['generator64', 'generator128']);
    expect(losses.generatorTotal).toBeCloseTo(adversarial + 2 * (losses.kl ?? Number.NaN), 5);
  });

  it.each([
    ['a batch of one', WITH_TEXT, batchOf.bind(undefined, 2, { size: 1 }), /at least 2/],
    ['a batch without its text', WITH_TEXT, batchOf.bind(undefined, 2, { conditional: false }), /with text/],
    ['a text for a model without', WITHOUT_TEXT, batchOf.bind(undefined, 2), /without text/],
    [
      'sentences of another encoder',
      WITH_TEXT,
      () => {
        const batch = batchOf(2);
        const sentences = tf.zeros<tf.Rank.R2>([3, 8]);
        return { ...batch, text: batch.text && { ...batch.text, sentences } };
      },
      /sentences to be \[3, 6\], received \[3, 8\]/,
    ],
    ['a scale too few', WITH_TEXT, batchOf.bind(undefined, 2, { branches: 1 }), /\[3, 128, 128, 3\]/],
    ['a scale too many', WITH_TEXT, batchOf.bind(undefined, 2, { branches: 3 }), /\[3, 256, 256, 3\]/],
  ])('refuses %s, and changes nothing', (_, options, batch, message) => {
    const trainer = trainerOf(options);
    const before = variablesToBytes(trainer.variables);
    expect(() => trainer.step(batch(), RANDOM)).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(Buffer.compare(variablesToBytes(trainer.variables), before)).toBe(0);
  });
});

describe('the trainer of StackGAN++', () => {
  it('shifts and cuts what discriminators see, and leaves no tensor behind', () => {
    const [plain, augmented] = [
      {},
      { augmentation: { shiftPixels: 8, cutPixels: 20 }, initialLogVariance: -2 },
    ].map((options) => trainerOf({ ...WITH_TEXT, ...options }).step(batchOf(2), new RandomStream(5)));
    expect(Object.values(augmented ?? {}).every(Number.isFinite)).toBe(true);
    expect(augmented?.real64).not.toBe(plain?.real64);
  });

  it('resumed from its variables goes on as if it had never stopped', () => {
    const batches = [batchOf(2), batchOf(3), batchOf(4)] as const;
    const uninterrupted = trainerOf(WITH_TEXT);
    uninterrupted.step(batches[0], RANDOM);
    uninterrupted.step(batches[1], RANDOM);
    const checkpoint = variablesToBytes(uninterrupted.variables);
    const expected = uninterrupted.step(batches[2], RANDOM);

    const resumed = trainerOf(WITH_TEXT, 9);
    variablesFromBytes(resumed.variables, checkpoint, 'checkpoint');
    resumed.resumeAt(2);
    expect(resumed.step(batches[2], RANDOM)).toEqual(expected);
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
  trainer.step(batchOf(2), RANDOM);
  const kernel = trainer.variables.get('generator/stage2/image/kernel');
  const read = () => [...(kernel?.dataSync() ?? [])];
  return { live: read(), average: trainer.withAveragedWeights(read), afterwards: read() };
}

/** NaN where one of the names is missing. */
function sumOf(losses: LossNumbers, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (losses[name] ?? Number.NaN), 0);
}

function isEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return Array.from(a).every((value, index) => value === b[index]);
}
