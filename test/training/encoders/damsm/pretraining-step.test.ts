import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { buildBiLstm } from '../../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { DamsmOptimizer } from '../../../../src/training/encoders/damsm/damsm-optimizer.js';
import { buildImageHeads } from '../../../../src/training/encoders/damsm/image-heads.js';
import { initializeDamsm } from '../../../../src/training/encoders/damsm/initialize-damsm.js';
import { damsmLearningRate } from '../../../../src/training/encoders/damsm/learning-rate.js';
import {
  type DamsmBatch,
  type DamsmModels,
  damsmStep,
} from '../../../../src/training/encoders/damsm/pretraining-step.js';
import { retrievalAccuracy } from '../../../../src/training/encoders/damsm/retrieval-accuracy.js';
import { mergeVariables, variablesOf } from '../../../../src/training/weights/named-variables.js';
import { variablesFromBytes, variablesToBytes } from '../../../../src/training/weights/variable-files.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

const DIM = 8;

describe('pretraining of DAMSM', () => {
  it('brings pictures and captions together, and leaves no tensor behind', () => {
    const models = startedModels();
    const optimizer = new DamsmOptimizer({ ...models, learningRate: 2e-2 });
    const batch = randomBatch([4, 3, 3, 2, 1]);
    const random = new RandomStream(3);
    const first = damsmStep(models, optimizer, batch, random);
    const { numTensors } = tf.memory();
    let last = first;
    for (let step = 0; step < 20; step++) last = damsmStep(models, optimizer, batch, random);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(last.total).toBeLessThan(0.3 * first.total);
    tf.tidy(() => {
      const [, codes] = models.imageHeads.apply([batch.map, batch.pooled]) as [tf.Tensor, tf.Tensor2D];
      const [, sentences] = models.textEncoder.apply([batch.tokenIds, batch.lengths]) as [
        tf.Tensor,
        tf.Tensor2D,
      ];
      expect(retrievalAccuracy(codes, sentences)).toEqual({ imageToText: 1, textToImage: 1 });
    });
  });

  it('draws dropout from the stream given: the same stream, the same step', () => {
    const bytes = [5, 5, 6].map((seed) => {
      const models = startedModels(0.5);
      const optimizer = new DamsmOptimizer({ ...models, learningRate: 2e-3 });
      damsmStep(models, optimizer, randomBatch([3, 2]), new RandomStream(seed));
      return Buffer.from(variablesToBytes(allOf(models)));
    });
    expect(bytes[0]?.equals(bytes[1] as Buffer)).toBe(true);
    expect(bytes[0]?.equals(bytes[2] as Buffer)).toBe(false);
  });

  it('goes on from a checkpoint as if it had not stopped', () => {
    const whole = startedModels();
    const optimizer = new DamsmOptimizer({ ...whole, learningRate: 2e-3 });
    const batches = [randomBatch([3, 2]), randomBatch([2, 2])] as const;
    damsmStep(whole, optimizer, batches[0], new RandomStream(1));
    const checkpoint = variablesToBytes(mergeVariables(allOf(whole), optimizer.moments()));
    damsmStep(whole, optimizer, batches[1], new RandomStream(2));

    const resumed = startedModels();
    const other = new DamsmOptimizer({ ...resumed, learningRate: 2e-3 });
    variablesFromBytes(mergeVariables(allOf(resumed), other.moments()), checkpoint, 'checkpoint');
    other.steps = 1;
    damsmStep(resumed, other, batches[1], new RandomStream(2));
    expect(Buffer.from(variablesToBytes(allOf(resumed))).equals(variablesToBytes(allOf(whole)))).toBe(true);
  });

  it('has the learning rate of the official code', () => {
    expect(damsmLearningRate(0)).toBe(2e-3);
    expect(damsmLearningRate(2)).toBeCloseTo(2e-3 * 0.98 ** 2, 12);
    expect(damsmLearningRate(113)).toBeGreaterThan(2e-4);
    expect(damsmLearningRate(114)).toBeLessThanOrEqual(2e-4);
    expect(damsmLearningRate(600)).toBe(damsmLearningRate(114));
  });
});

describe('the optimiser of DAMSM', () => {
  it('clips the text encoder alone, counting an LSTM bias twice', () => {
    const models = startedModels();
    const optimizer = new DamsmOptimizer({ ...models, learningRate: 1e-3, maxGradientNorm: 1 });
    const gradients = Object.fromEntries(
      [...optimizer.variables.values()].map((variable) => [variable.name, tf.onesLike(variable)]),
    );
    const norm = optimizer.applyGradients(gradients);
    const sizes = [...variablesOf(models.textEncoder)].map(
      ([name, { size }]) => size * (/^(forward|backward)\/bias$/.test(name) ? 2 : 1),
    );
    expect(norm).toBeCloseTo(Math.sqrt(sizes.reduce((sum, size) => sum + size, 0)), 3);
    // First moments are half the gradients that Adam was given.
    const firstMoment = (name: string) =>
      optimizer.moments().get(`${name}/first_moment`)?.dataSync()[0] ?? Number.NaN;
    expect(firstMoment('heads/code/kernel')).toBe(0.5);
    expect(firstMoment('text/embedding/embeddings')).toBeCloseTo(0.5 / norm, 6);
  });

  it('moves an LSTM bias, the sum of two, twice as far, and forgets its moments at a restart', () => {
    const models = startedModels();
    const optimizer = new DamsmOptimizer({ ...models, learningRate: 1 });
    optimizer.learningRate = 1e-3;
    const move = (): Map<string, number> => {
      const before = new Map([...optimizer.variables].map(([name, v]) => [name, v.dataSync()[0] ?? 0]));
      tf.tidy(() => {
        const gradients = [...optimizer.variables.values()].map((v) => [v.name, tf.onesLike(v)] as const);
        optimizer.applyGradients(Object.fromEntries(gradients));
      });
      return new Map(
        [...optimizer.variables].map(([name, v]) => [name, (before.get(name) ?? 0) - (v.dataSync()[0] ?? 0)]),
      );
    };
    for (const steps of [1, 1]) {
      const moved = move();
      expect(moved.get('text/forward/bias')).toBeCloseTo(2e-3, 6);
      expect(moved.get('text/forward/kernel')).toBeCloseTo(1e-3, 6);
      expect(moved.get('heads/code/bias')).toBeCloseTo(1e-3, 6);
      expect(optimizer.steps).toBe(steps);
      optimizer.restart();
    }
    const moments = [...optimizer.moments().values()];
    expect(moments.every((moment) => moment.dataSync().every((value) => value === 0))).toBe(true);
  });
});

describe('the starting weights of DAMSM', () => {
  it('are uniform in the official ranges', () => {
    const models = startedModels();
    const ranges: Record<string, number> = {
      'embedding/embeddings': 0.1,
      'regions/kernel': 0.1,
      'code/kernel': 0.1,
      'code/bias': 1 / Math.sqrt(6),
      'forward/kernel': 0.5,
      'backward/recurrent_kernel': 0.5,
      'forward/bias': 1,
    };
    const variables = allOf(models);
    for (const [name, range] of Object.entries(ranges)) {
      const values = variables.get(name)?.dataSync() ?? [];
      const largest = Math.max(...Array.from(values, Math.abs));
      expect(largest, name).toBeLessThan(range);
      expect(largest, name).toBeGreaterThan(0.5 * range);
    }
  });
});

function startedModels(embeddingDropout = 0): DamsmModels {
  const models = {
    textEncoder: buildBiLstm({ vocabularySize: 12, embeddingDim: 6, sentenceDim: DIM, embeddingDropout }),
    imageHeads: buildImageHeads({ mapChannels: 5, pooledDim: 6, embeddingDim: DIM }),
  };
  initializeDamsm(models, new RandomStream(1));
  return models;
}

function allOf({ textEncoder, imageHeads }: DamsmModels) {
  return mergeVariables(variablesOf(textEncoder), variablesOf(imageHeads));
}

function randomBatch(lengths: readonly number[]): DamsmBatch {
  const random = new RandomStream(7);
  const [batch, time] = [lengths.length, Math.max(...lengths)];
  const rows = lengths.map((length) =>
    Array.from({ length: time }, (_, word) => (word < length ? 1 + random.integer(11) : 0)),
  );
  return {
    map: tf.tensor4d(random.normals(batch * 9 * 5), [batch, 3, 3, 5]),
    pooled: tf.tensor2d(random.normals(batch * 6), [batch, 6]),
    tokenIds: tf.tensor2d(rows, [batch, time], 'int32'),
    lengths: tf.tensor1d([...lengths], 'int32'),
  };
}
