import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { tokenBatch } from '../../../src/training/data/token-batch.js';
import {
  type ContrastiveBatch,
  ContrastiveTrainer,
  contrastiveLearningRateFactor,
  samePairs,
} from '../../../src/training/encoders/bi-lstm/contrastive-trainer.js';
import { variablesFromBytes, variablesToBytes } from '../../../src/training/weights/variable-files.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

const RANDOM = new RandomStream(0);

function trainerOf(seed = 1): ContrastiveTrainer {
  const textEncoder = { vocabularySize: 9, embeddingDim: 6, sentenceDim: 8 };
  const options = { textEncoder, featureDim: 5, learningRate: 1e-2, sharpness: 8 };
  return new ContrastiveTrainer(options, new RandomStream(seed));
}

function batchOf(captions: number[][], featureDim = 5): ContrastiveBatch {
  const features = new RandomStream(3).normals(captions.length * featureDim);
  return {
    ...tokenBatch(captions),
    features: tf.tensor2d(features, [captions.length, featureDim]),
    isSame: samePairs([...captions.keys()], captions),
  };
}

describe('the trainer of a text encoder by contrast', () => {
  it('brings captions to their pictures, and leaves no tensor behind', () => {
    const trainer = trainerOf();
    const batch = batchOf([[1, 2], [3], [4, 5, 6], [7, 8]]);
    const first = trainer.step(batch, RANDOM);
    const { numTensors } = tf.memory();
    let last = first;
    for (let step = 0; step < 30; step++) last = trainer.step(batch, RANDOM);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(last.contrastive).toBeLessThan(0.3 * first.contrastive);
    const lengths = tf.tidy(() => trainer.project(batch.features).square().sum(1).dataSync());
    for (const length of lengths) expect(length).toBeCloseTo(1, 5);
  });

  it('goes on from a checkpoint as if it had not stopped', () => {
    const batch = batchOf([
      [1, 2],
      [3, 3, 3],
    ]);
    const whole = trainerOf();
    whole.step(batch, RANDOM);
    const checkpoint = variablesToBytes(whole.variables);
    const losses = whole.step(batch, RANDOM, 0.5);
    const resumed = trainerOf(2);
    variablesFromBytes(resumed.variables, checkpoint, 'checkpoint');
    resumed.resumeAt(1);
    expect(resumed.step(batch, RANDOM, 0.5)).toEqual(losses);
  });

  it.each<[string, () => ContrastiveBatch, RegExp]>([
    ['a batch of one', () => batchOf([[1]]), /at least 2 rows, received 1/],
    ['features of another trunk', () => batchOf([[1], [2]], 4), /features to be \[2, 5\], received \[2, 4\]/],
    ['words of another vocabulary', () => batchOf([[1], [9]]), /token ids from 0 to 8, .* received 9/],
    [
      'fewer captions than pictures',
      () => ({ ...batchOf([[1], [2], [3]]), tokenIds: batchOf([[1], [2]]).tokenIds }),
      /tokenIds to be \[3, any\], received \[2, 1\]/,
    ],
  ])('refuses %s and changes nothing', (_, batch, message) => {
    const trainer = trainerOf();
    const before = Buffer.from(variablesToBytes(trainer.variables));
    expect(() => trainer.step(batch(), RANDOM)).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(before.equals(variablesToBytes(trainer.variables))).toBe(true);
  });

  it('takes captions of one word, of one length, and of no known word', () => {
    for (const captions of [
      [[1], [2]],
      [
        [1, 2],
        [3, 4],
      ],
      [[0], [1]],
    ]) {
      expect(Number.isFinite(trainerOf().step(batchOf(captions), RANDOM).contrastive)).toBe(true);
    }
  });

  it('knows which rows are no wrong answers for each other: one picture, or one caption', () => {
    const same = samePairs([5, 6, 5, 7], [[1], [2], [3], [2]]);
    expect(same.arraySync()).toEqual([
      [0, 0, 1, 0],
      [0, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
  });

  it('has a learning rate that falls to a tenth by a half cosine', () => {
    expect(contrastiveLearningRateFactor(1, 1000)).toBe(1);
    expect(contrastiveLearningRateFactor(501, 1000)).toBeCloseTo(0.55, 6);
    expect(contrastiveLearningRateFactor(1001, 1000)).toBeCloseTo(0.1, 6);
  });
});
