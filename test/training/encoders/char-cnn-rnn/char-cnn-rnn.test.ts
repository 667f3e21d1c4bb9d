import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import {
  buildCharCnnRnn,
  type CharCnnRnnOptions,
} from '../../../../src/training/encoders/char-cnn-rnn/char-cnn-rnn.js';
import { characterBatch } from '../../../../src/training/encoders/char-cnn-rnn/characters.js';
import { initializeCharCnnRnn } from '../../../../src/training/encoders/char-cnn-rnn/training-step.js';
import { layerHandlers } from '../../../../src/training/export/layer-handlers.js';
import { variablesOf } from '../../../../src/training/weights/named-variables.js';
import { convert, verify } from '../../../../tools/export/index.js';
import { BACKENDS } from '../../oracle.js';
import { sentenceByHand } from './reference.js';

const TEXTS = [
  'this bird has a white belly, a grey crown - and a short (pointy) beak.',
  `a flower with ${'many long thin petals, '.repeat(12)}all of them yellow`,
];

afterEach(() => tf.disposeVariables());

describe('char-CNN-RNN', () => {
  beforeAll(() => tf.setBackend('tensorflow'));

  it('has the parameters of the official encoder', () => {
    expect(buildCharCnnRnn().countParams()).toBe(4_045_184);
    // The same front with half the channels, then 8 steps: two linear maps, and the last one.
    const front = 4 * 70 * 384 + 384 + (4 * 384 * 512 + 512) + (4 * 512 * 256 + 256);
    expect(buildCharCnnRnn({ recurrence: 'relu' }).countParams()).toBe(
      front + 2 * (256 * 256 + 256) + (256 * 1024 + 1024),
    );
  });

  it('sees 18 steps, or 8 after one more pooling', () => {
    const inputOfRecurrence = (options: CharCnnRnnOptions) =>
      (buildCharCnnRnn(options).getLayer('recurrence').input as tf.SymbolicTensor).shape;
    expect(inputOfRecurrence({ cnnDim: 3 })).toEqual([null, 18, 3]);
    expect(inputOfRecurrence({ cnnDim: 3, recurrence: 'relu' })).toEqual([null, 8, 3]);
  });

  it('drops a share of the mean state in a training pass only', () => {
    const encoder = randomEncoder({ cnnDim: 12, sentenceDim: 6, dropout: 0.5 });
    tf.tidy(() => {
      const characters = characterBatch(TEXTS);
      const pass = (seed?: number) => {
        const options = seed === undefined ? {} : { training: true, random: new RandomStream(seed) };
        return (encoder.apply(characters, options) as tf.Tensor).dataSync();
      };
      expect(pass()).toEqual(pass());
      expect(pass(1)).toEqual(pass(1));
      expect(pass(1)).not.toEqual(pass(2));
    });
  });

  it('gives a vector for a text without a character it knows', () => {
    const encoder = randomEncoder({ cnnDim: 4, sentenceDim: 3 });
    tf.tidy(() => {
      const sentences = encoder.apply(characterBatch(['', 'ÉÉÉ', 'A'])) as tf.Tensor2D;
      const [empty, ...others] = sentences.arraySync();
      expect(empty?.every(Number.isFinite)).toBe(true);
      for (const other of others) expect(other).toEqual(empty);
    });
  });
});

describe.each(BACKENDS)('char-CNN-RNN, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it.each(['gru', 'relu'] as const)('%s gives what loops over the weights give', (recurrence) => {
    const encoder = randomEncoder({ recurrence, cnnDim: 9, sentenceDim: 7 });
    const weights = new Map(
      [...variablesOf(encoder)].map(([name, variable]) => [
        name,
        { shape: variable.shape, data: variable.dataSync() },
      ]),
    );
    tf.tidy(() => {
      const sentences = (encoder.apply(characterBatch(TEXTS)) as tf.Tensor2D).arraySync();
      for (const [row, text] of TEXTS.entries()) {
        const expected = sentenceByHand(weights, text, recurrence);
        expect(relativeDistance(sentences[row] ?? [], expected)).toBeLessThan(1e-6);
      }
      // Texts are told apart by far more than that.
      expect(relativeDistance(sentences[0] ?? [], sentences[1] ?? [])).toBeGreaterThan(1e-2);
    });
  });
});

describe('export of char-CNN-RNN', () => {
  beforeAll(() => tf.setBackend('tensorflow'));

  it.each(['gru', 'relu'] as const)('%s as one recurrent node after the first step', async (recurrence) => {
    const encoder = randomEncoder({ recurrence, cnnDim: 9, sentenceDim: 7 });
    const converted = convert(encoder, {
      handlers: layerHandlers,
      inputs: [{ name: 'characters' }],
      outputs: [{ name: 'sentence' }],
    });
    const cases = [TEXTS, TEXTS.slice(1), ['', 'a', ...TEXTS]].map((texts) => ({
      name: `${texts.length} texts`,
      inputs: { characters: stored(texts) },
    }));
    const result = await verify(encoder, converted, { cases, tolerance: 1e-5 });
    expect(result.cases.length).toBeGreaterThanOrEqual(3);
    expect(converted.summary.operators).toMatchObject(recurrence === 'gru' ? { GRU: 1 } : { RNN: 1 });
  });
});

function stored(texts: readonly string[]): { shape: number[]; data: Int32Array } {
  return tf.tidy(() => {
    const batch = characterBatch(texts);
    return { shape: [...batch.shape], data: Int32Array.from(batch.dataSync()) };
  });
}

/** Weights as training starts with them, four times as large in the recurrent layer, so that its gates matter. */
function randomEncoder(options: CharCnnRnnOptions): tf.LayersModel {
  const encoder = buildCharCnnRnn(options);
  const variables = variablesOf(encoder);
  initializeCharCnnRnn(variables, new RandomStream(3));
  for (const [name, variable] of variables) {
    if (name.startsWith('recurrence/')) tf.tidy(() => variable.assign(variable.mul(4)));
  }
  return encoder;
}

function relativeDistance(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  const difference = Math.hypot(...expected.map((value, index) => value - (actual[index] ?? Number.NaN)));
  return difference / Math.hypot(...expected);
}
