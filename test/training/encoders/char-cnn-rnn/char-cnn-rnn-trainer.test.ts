import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { CharCnnRnnTrainer } from '../../../../src/training/encoders/char-cnn-rnn/char-cnn-rnn-trainer.js';
import { characterBatch } from '../../../../src/training/encoders/char-cnn-rnn/characters.js';
import type { CharCnnRnnBatch } from '../../../../src/training/encoders/char-cnn-rnn/training-step.js';
import { variablesFromBytes, variablesToBytes } from '../../../../src/training/weights/variable-files.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

const DIM = 6;

function trainerOf(seed = 1): CharCnnRnnTrainer {
  return new CharCnnRnnTrainer({ textEncoder: { cnnDim: 8, sentenceDim: DIM } }, new RandomStream(seed));
}

function batchOf(texts: readonly string[], dim = DIM): CharCnnRnnBatch {
  const features = new RandomStream(5).normals(texts.length * dim);
  return { characters: characterBatch(texts), imageFeatures: tf.tensor2d(features, [texts.length, dim]) };
}

describe('the trainer of char-CNN-RNN', () => {
  it('goes on from a checkpoint as if it had not stopped, and leaves no tensor behind', () => {
    const batch = batchOf(['a red bird', 'a small yellow bird']);
    const whole = trainerOf();
    whole.step(batch, new RandomStream(1));
    const checkpoint = variablesToBytes(whole.variables);
    const { numTensors } = tf.memory();
    const losses = whole.step(batch, new RandomStream(2), 0.98);
    expect(tf.memory().numTensors).toBe(numTensors);

    const resumed = trainerOf(2);
    variablesFromBytes(resumed.variables, checkpoint, 'checkpoint');
    resumed.resumeAt(1);
    expect(resumed.step(batch, new RandomStream(2), 0.98)).toEqual(losses);
    const bytes = Buffer.from(variablesToBytes(resumed.variables));
    expect(bytes.equals(variablesToBytes(whole.variables))).toBe(true);
  });

  it.each([
    ['longer than the limit', 'a bird '.repeat(60)],
    ['of unknown characters alone', 'ÄÖÜ'],
    ['of one letter', 'a'],
    ['empty', ''],
  ])('takes a text that is %s', (_, text) => {
    const losses = trainerOf().step(batchOf([text, 'a red bird']), new RandomStream(1));
    expect(Object.values(losses).every(Number.isFinite)).toBe(true);
  });

  it.each<[string, () => CharCnnRnnBatch, RegExp]>([
    ['a batch of one', () => batchOf(['a']), /at least 2 rows, received 1/],
    [
      'features of another size',
      () => batchOf(['a', 'b'], 4),
      /imageFeatures to be \[2, 6\], received \[2, 4\]/,
    ],
    [
      'texts of another length',
      () => ({ ...batchOf(['a', 'b']), characters: tf.zeros([2, 100], 'int32') }),
      /characters to be \[2, 201\], received \[2, 100\]/,
    ],
  ])('refuses %s and changes nothing', (_, batch, message) => {
    const trainer = trainerOf();
    const before = Buffer.from(variablesToBytes(trainer.variables));
    expect(() => trainer.step(batch(), new RandomStream(1))).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(before.equals(variablesToBytes(trainer.variables))).toBe(true);
  });
});
