import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { buildStage1Generator } from '../../../../src/training/architectures/stackgan/stage1-generator.js';
import {
  drawStage2,
  type Stage2Batch,
  type Stage2Options,
  Stage2Trainer,
} from '../../../../src/training/architectures/stackgan/stage2-trainer.js';
import type { StackganVariant } from '../../../../src/training/architectures/stackgan/variant.js';
import { loadTensorFlow } from '../../../../src/training/backend/load-tensorflow.js';
import { initializeWeights } from '../../../../src/training/weights/initialize-weights.js';
import { variablesOf } from '../../../../src/training/weights/named-variables.js';

const BATCH = 3;
const WIDTHS = { sentenceDim: 6, conditionDim: 5, baseWidth: 4 };
const Z_DIM = 4;

beforeAll(() => loadTensorFlow());

function options(variant: StackganVariant): Stage2Options {
  return {
    generator: { ...WIDTHS, residualBlocks: 1, variant },
    discriminator: {
      baseWidth: 4,
      normalization: 'batch',
      condition: variant === 'pytorch' ? 'mean' : 'sentence',
      projectionDim: variant === 'pytorch' ? null : 3,
      unconditionalHead: variant === 'pytorch',
    },
    loss: 'bce',
    klWeight: 2,
    generatorLearningRate: 2e-4,
    discriminatorLearningRate: 2e-4,
    averageDecay: 0.9,
    augmentation: { shiftPixels: 0, cutPixels: 0 },
  };
}

function newTrainer(variant: StackganVariant): Stage2Trainer {
  const stage1 = buildStage1Generator({ ...WIDTHS, zDim: Z_DIM, variant });
  initializeWeights(variablesOf(stage1.model), new RandomStream(1), 0.2);
  return new Stage2Trainer(options(variant), stage1, new RandomStream(2));
}

function newBatch(random: RandomStream, wrongImages: boolean): Stage2Batch {
  const normals = (dim: number) => tf.tensor2d(random.normals(BATCH * dim), [BATCH, dim]);
  const pictures = () =>
    tf.tensor4d(
      random.normals(BATCH * 256 * 256 * 3).map((value) => Math.tanh(value)),
      [BATCH, 256, 256, 3],
    );
  return {
    images: pictures(),
    ...(wrongImages && { wrongImages: pictures() }),
    sentences: normals(WIDTHS.sentenceDim),
    z: normals(Z_DIM),
    stage1Eps: normals(WIDTHS.conditionDim),
    eps: normals(WIDTHS.conditionDim),
  };
}

function valuesOf(trainer: Stage2Trainer): Map<string, Float32Array> {
  return new Map([...trainer.variables].map(([name, v]) => [name, Float32Array.from(v.dataSync())]));
}

describe.each(['pytorch', 'tensorflow'] as const)('training step of Stage-II, %s', (variant) => {
  it('moves Stage-II and its discriminator, and of Stage-I the running statistics alone', () => {
    const trainer = newTrainer(variant);
    const before = valuesOf(trainer);
    const random = new RandomStream(3);
    const batch = newBatch(random, variant === 'tensorflow');
    const losses = trainer.step(batch, random);
    for (const [name, value] of Object.entries(losses)) expect(value, name).toSatisfy(Number.isFinite);

    const moved = [...valuesOf(trainer)]
      .filter(([name, values]) => values.some((value, i) => value !== before.get(name)?.[i]))
      .map(([name]) => name);
    const stage1 = [...before.keys()].filter((name) => name.startsWith('stage1_generator/'));
    expect(moved.filter((name) => name.startsWith('stage1_generator/'))).toEqual(
      stage1.filter((name) => name.includes('/moving_')),
    );
    const moving = [...before.keys()].filter((name) => /^(stage2_|conditional_|unconditional_)/.test(name));
    expect(moved.filter((name) => !name.startsWith('stage1_') && !/^(adam|average)/.test(name))).toEqual(
      moving,
    );

    tf.dispose(Object.values(batch));
    trainer.dispose();
  });

  it('leaves no tensor behind, and learns the same from the same batch', () => {
    const run = () => {
      const trainer = newTrainer(variant);
      const random = new RandomStream(3);
      const batch = newBatch(random, variant === 'tensorflow');
      const first = trainer.step(batch, random);
      const tensors = tf.memory().numTensors;
      trainer.step(batch, random, 0.5);
      expect(tf.memory().numTensors).toBe(tensors);
      tf.dispose(Object.values(batch));
      trainer.dispose();
      return first;
    };
    const [once, again] = [run(), run()];
    for (const [name, value] of Object.entries(once)) {
      const other = again[name as keyof typeof again] ?? Number.NaN;
      // The native kernels add in an order that depends on the threads.
      expect(Math.abs(value - other), name).toBeLessThan(1e-4);
    }
  });
});

it('refuses a batch of one, and one with fewer sentences than pictures, before anything moves', () => {
  const trainer = newTrainer('pytorch');
  const random = new RandomStream(3);
  const batch = newBatch(random, false);
  const one = Object.fromEntries(Object.entries(batch).map(([name, t]) => [name, t.slice(0, 1)]));
  const values = valuesOf(trainer);
  const before = tf.memory().numTensors;
  for (const bad of [
    { ...batch, ...one },
    { ...batch, sentences: batch.sentences.slice(0, 2) },
    { ...batch, z: batch.eps },
    { ...batch, images: batch.images.slice([0, 0, 0, 0], [-1, 128, 128, 3]) },
  ]) {
    expect(() => trainer.step(bad, random)).toThrowError(expect.objectContaining({ code: 'INVALID_OPTION' }));
  }
  // The shorter sentences and the smaller pictures above.
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(valuesOf(trainer)).toEqual(values);
  trainer.dispose();
});

it('refuses a Stage-I that reads other sentences, naming both sizes', () => {
  const stage1 = buildStage1Generator({ ...WIDTHS, sentenceDim: 7, zDim: Z_DIM });
  expect(() => new Stage2Trainer(options('pytorch'), stage1, new RandomStream(2))).toThrowError(
    /Stage-I's sentenceDim and Stage-II's sentenceDim to be of one size, received 7 and 6/,
  );
  for (const variable of variablesOf(stage1.model).values()) variable.dispose();
});

it('Stage-II draws pictures of 256 pixels from those of Stage-I', () => {
  const trainer = newTrainer('pytorch');
  const image = tf.tidy(() =>
    trainer.withAveragedWeights(() =>
      drawStage2(trainer.generator, tf.zeros([1, 64, 64, 3]), tf.ones([1, 6]), tf.ones([1, 5])),
    ),
  );
  expect(image.shape).toEqual([1, 256, 256, 3]);
  expect(image.abs().max().dataSync()[0]).toBeLessThanOrEqual(1);
  image.dispose();
  trainer.dispose();
});
