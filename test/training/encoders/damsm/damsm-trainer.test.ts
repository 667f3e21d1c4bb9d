import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import {
  DamsmTrainer,
  type DamsmTrainerOptions,
} from '../../../../src/training/encoders/damsm/damsm-trainer.js';
import type { DamsmBatch } from '../../../../src/training/encoders/damsm/pretraining-step.js';
import { variablesFromBytes, variablesToBytes } from '../../../../src/training/weights/variable-files.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

const VOCABULARY_SIZE = 12;
const OPTIONS: DamsmTrainerOptions = {
  textEncoder: { vocabularySize: VOCABULARY_SIZE, embeddingDim: 6, sentenceDim: 8, embeddingDropout: 0.5 },
  imageHeads: { mapChannels: 5, pooledDim: 6, embeddingDim: 8 },
};

function trainerOf(options: Partial<DamsmTrainerOptions> = {}, seed = 1): DamsmTrainer {
  return new DamsmTrainer({ ...OPTIONS, ...options }, new RandomStream(seed));
}

function batchOf(
  lengths: readonly number[],
  { classIds, seed = 7 }: { classIds?: number[]; seed?: number } = {},
) {
  const random = new RandomStream(seed);
  const [rows, time] = [lengths.length, Math.max(...lengths)];
  const ids = lengths.map((length) =>
    Array.from({ length: time }, (_, word) => (word < length ? 1 + random.integer(VOCABULARY_SIZE - 1) : 0)),
  );
  const batch: DamsmBatch = {
    map: tf.tensor4d(random.normals(rows * 9 * 5), [rows, 3, 3, 5]),
    pooled: tf.tensor2d(random.normals(rows * 6), [rows, 6]),
    tokenIds: tf.tensor2d(ids, [rows, time], 'int32'),
    lengths: tf.tensor1d([...lengths], 'int32'),
    classIds,
  };
  return batch;
}

const bytesOf = (trainer: DamsmTrainer) => Buffer.from(variablesToBytes(trainer.variables));

describe('the trainer of DAMSM', () => {
  it('goes on from a checkpoint as if it had not stopped, and leaves no tensor behind', () => {
    const batches = [batchOf([3, 2]), batchOf([2, 2]), batchOf([4, 1])] as const;
    const whole = trainerOf();
    whole.step(batches[0], new RandomStream(1));
    whole.step(batches[1], new RandomStream(2));
    const checkpoint = variablesToBytes(whole.variables);
    const { numTensors } = tf.memory();
    const losses = whole.step(batches[2], new RandomStream(3), 0.5);
    expect(tf.memory().numTensors).toBe(numTensors);

    const resumed = trainerOf({}, 2);
    variablesFromBytes(resumed.variables, checkpoint, 'checkpoint');
    resumed.resumeAt(2);
    expect(resumed.step(batches[2], new RandomStream(3), 0.5)).toEqual(losses);
    expect(bytesOf(resumed).equals(bytesOf(whole))).toBe(true);
  });

  it.each([
    ['all captions equally long', [3, 3]],
    ['captions of one word', [1, 1]],
    ['a caption without a word', [2, 0]],
  ])('takes %s', (_, lengths) => {
    const losses = trainerOf().step(batchOf(lengths), new RandomStream(1));
    expect(Object.values(losses).every(Number.isFinite)).toBe(true);
  });

  it('has nothing to tell apart where all pictures are of one class', () => {
    const losses = trainerOf().step(batchOf([2, 1, 3], { classIds: [4, 4, 4] }), new RandomStream(1));
    expect(losses.total).toBeCloseTo(0, 5);
    expect(losses.gradientNorm).toBeCloseTo(0, 5);
  });

  it.each<[string, () => DamsmBatch, RegExp]>([
    ['a batch of one', () => batchOf([2]), /at least 2 rows, received 1/],
    [
      'a map of another trunk',
      () => ({ ...batchOf([2, 1]), map: tf.zeros([2, 3, 3, 4]) }),
      /map to be \[2, any, any, 5\], received \[2, 3, 3, 4\]/,
    ],
    [
      'vectors of another trunk',
      () => ({ ...batchOf([2, 1]), pooled: tf.zeros([2, 7]) }),
      /pooled to be \[2, 6\], received \[2, 7\]/,
    ],
    [
      'fewer captions than pictures',
      () => ({ ...batchOf([2, 1, 1]), tokenIds: batchOf([2, 1]).tokenIds }),
      /tokenIds to be \[3, any\], received \[2, 2\]/,
    ],
    [
      'another number of classes',
      () => batchOf([2, 1], { classIds: [1, 2, 3] }),
      /classIds to be \[2\], received \[3\]/,
    ],
    [
      'words of another vocabulary',
      () => ({
        ...batchOf([2, 1]),
        tokenIds: tf.tensor2d(
          [
            [3, 12],
            [1, 0],
          ],
          [2, 2],
          'int32',
        ),
      }),
      /token ids from 0 to 11, .* received 12/,
    ],
  ])('refuses %s and changes nothing', (_, batch, message) => {
    const trainer = trainerOf();
    const before = bytesOf(trainer);
    expect(() => trainer.step(batch(), new RandomStream(1))).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(bytesOf(trainer).equals(before)).toBe(true);
  });

  it('refuses heads and text encoder of different sizes', () => {
    expect(() => trainerOf({ imageHeads: { ...OPTIONS.imageHeads, embeddingDim: 6 } })).toThrowError(
      /sentenceDim and the image heads' embeddingDim to be of one size, received 8 and 6/,
    );
  });

  it('forgets its moments at the start of each epoch, if told so, resumed in the midst of one or not', () => {
    const batches = Array.from({ length: 4 }, (_, step) => batchOf([2, 3], { seed: step }));
    const movedAt = (trainer: DamsmTrainer, step: number) => {
      const [batch] = batches.slice(step);
      if (batch !== undefined) trainer.step(batch, new RandomStream(step));
    };
    const whole = trainerOf({ optimizerRestartSteps: 2 });
    for (const step of [0, 1, 2]) movedAt(whole, step);
    const checkpoint = variablesToBytes(whole.variables);
    movedAt(whole, 3);

    const resumed = trainerOf({ optimizerRestartSteps: 2 }, 2);
    variablesFromBytes(resumed.variables, checkpoint, 'checkpoint');
    resumed.resumeAt(3);
    movedAt(resumed, 3);
    expect(bytesOf(resumed).equals(bytesOf(whole))).toBe(true);

    const remembering = trainerOf();
    for (const step of [0, 1]) movedAt(remembering, step);
    const forgetting = trainerOf({ optimizerRestartSteps: 2 });
    for (const step of [0, 1]) movedAt(forgetting, step);
    expect(bytesOf(forgetting).equals(bytesOf(remembering))).toBe(true);
    for (const trainer of [remembering, forgetting]) movedAt(trainer, 2);
    expect(bytesOf(forgetting).equals(bytesOf(remembering))).toBe(false);
  });
});
