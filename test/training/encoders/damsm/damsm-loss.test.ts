import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import {
  damsmLoss,
  type ImageEmbedding,
  sameClassPairs,
  sentenceScores,
  type TextEmbedding,
  wordScores,
} from '../../../../src/training/encoders/damsm/damsm-loss.js';
import { retrievalAccuracy } from '../../../../src/training/encoders/damsm/retrieval-accuracy.js';
import { matchWords } from '../../../../src/training/encoders/damsm/word-matching.js';
import { BACKENDS } from '../../oracle.js';

const [SIDE, DIM] = [2, 3];

describe.each(BACKENDS)('DAMSM, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it('matches words and regions as equations 7 to 10 say', () => {
    const { words, regions, lengths } = randomBatch([3]);
    const vectors = words.arraySync()[0] ?? [];
    const places = (regions.reshape([SIDE * SIDE, DIM]).arraySync() as number[][]) ?? [];
    const match = matchWords(words, lengths, regions.reshape([1, SIDE * SIDE, DIM]), {
      gamma1: 4,
      gamma2: 5,
      wordScore: 'paper',
    });
    const shares = places.map((place) => softmax(vectors.map((vector) => dot(vector, place))));
    const relevance = vectors.map((vector, word) => {
      const attention = softmax(shares.map((share) => 4 * (share[word] ?? 0)));
      const context = vector.map((_, axis) =>
        places.reduce((sum, place, region) => sum + (attention[region] ?? 0) * (place[axis] ?? 0), 0),
      );
      for (const [region, share] of attention.entries()) {
        const row = match.attention.arraySync()[0]?.[0]?.[word];
        expect(row?.[region]).toBeCloseTo(share, 5);
      }
      return dot(context, vector) / Math.sqrt(dot(context, context) * dot(vector, vector));
    });
    const score = Math.log(relevance.reduce((sum, r) => sum + Math.exp(5 * r), 0)) / 5;
    expect(match.scores.dataSync()[0]).toBeCloseTo(score, 5);
  });

  it('has the official word scores gamma2 times those of the paper', () => {
    const { words, regions, lengths } = randomBatch([3, 2]);
    const [official, paper] = (['official', 'paper'] as const).map((wordScore) =>
      wordScores(regions, words, lengths, { gamma2: 7, wordScore }),
    );
    expect(distance(official, paper?.mul(7))).toBeLessThan(1e-5);
  });

  it('does not see padding', () => {
    const { words, regions, lengths } = randomBatch([4, 2, 1]);
    const scores = wordScores(regions, words, lengths);
    const noisy = words.add(
      tf
        .range(0, 4)
        .less(tf.tensor2d([[4], [2], [1]]))
        .logicalNot()
        .cast('float32')
        .expandDims(2),
    );
    expect(distance(wordScores(regions, noisy as tf.Tensor3D, lengths), scores)).toBe(0);
  });

  it('leaves pairs of one class out as wrong answers, both ways', () => {
    const { image, text } = embeddings([3, 2, 2]);
    // Rows 0 and 2 alike: without a mask they are each other's best wrong answer.
    const twin = tf.concat([image.codes.slice(0, 2), image.codes.slice(0, 1)]);
    const twins = { ...image, codes: twin };
    const said = { ...text, sentences: tf.concat([twin.slice(0, 2), twin.slice(0, 1)]) };
    const open = damsmLoss(twins, said, undefined).sentences;
    const masked = damsmLoss(twins, said, sameClassPairs([1, 2, 1])).sentences;
    for (const way of ['imageToText', 'textToImage'] as const) {
      expect(numberOf(open[way])).toBeGreaterThan(numberOf(masked[way]) + 0.4);
    }
    expect(sameClassPairs([1, 2, 1]).arraySync()).toEqual([
      [0, 0, 1],
      [0, 0, 0],
      [1, 0, 0],
    ]);
  });

  it.each([[[1]], [[2, 2]], [[3, 1, 0]]])(
    'gives numbers and gradients for captions of lengths %j',
    (lengths) => {
      const { image, text } = embeddings(lengths);
      // A caption without a word: the text encoder gives zeros.
      const zeroed = text.sentences.mul(text.lengths.greater(0).cast('float32').expandDims(1));
      const gradients = tf.grads((regions: tf.Tensor, sentences: tf.Tensor) => {
        const spoken = { ...text, sentences: sentences as tf.Tensor2D };
        return damsmLoss({ ...image, regions: regions as tf.Tensor4D }, spoken, undefined).total;
      })([image.regions, zeroed]);
      for (const gradient of gradients) expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
    },
  );

  it('counts who finds whom', () => {
    const codes = tf.tensor2d([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    // Caption 0 lies with picture 2; picture 0 still finds caption 0 before the others.
    const sentences = tf.tensor2d([
      [3, 2.9],
      [0, 5],
      [1, 1.5],
    ]);
    expect(retrievalAccuracy(codes, sentences)).toEqual({ imageToText: 2 / 3, textToImage: 2 / 3 });
    expect(retrievalAccuracy(codes, codes.mul(2))).toEqual({ imageToText: 1, textToImage: 1 });
  });

  it('has cosines as sentence scores, row by picture and column by caption', () => {
    const codes = tf.tensor2d([[2, 0]]);
    const sentences = tf.tensor2d([
      [1, 0],
      [0, 3],
      [-1, 1],
    ]);
    const [row] = sentenceScores(codes, sentences).arraySync();
    for (const [caption, cosine] of [1, 0, -Math.SQRT1_2].entries()) {
      expect(row?.[caption]).toBeCloseTo(cosine, 6);
    }
  });
});

function randomBatch(lengths: readonly number[]) {
  const random = new RandomStream(lengths.length);
  const [batch, time] = [lengths.length, Math.max(...lengths)];
  return {
    regions: tf.tensor4d(random.normals(batch * SIDE * SIDE * DIM), [batch, SIDE, SIDE, DIM]),
    words: tf.tensor3d(random.normals(batch * time * DIM), [batch, time, DIM]),
    lengths: tf.tensor1d([...lengths], 'int32'),
  };
}

function embeddings(lengths: readonly number[]): { image: ImageEmbedding; text: TextEmbedding } {
  const { regions, words, lengths: counts } = randomBatch(lengths);
  const random = new RandomStream(9);
  const matrix = () => tf.tensor2d(random.normals(lengths.length * DIM), [lengths.length, DIM]);
  return { image: { regions, codes: matrix() }, text: { words, lengths: counts, sentences: matrix() } };
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}

function numberOf(scalar: tf.Scalar): number {
  return scalar.dataSync()[0] ?? Number.NaN;
}

/** Largest absolute difference. */
function distance(a: tf.Tensor | undefined, b: tf.Tensor | undefined): number {
  if (a === undefined || b === undefined) throw new Error('A tensor is missing.');
  return a.sub(b).abs().max().dataSync()[0] ?? Number.NaN;
}
