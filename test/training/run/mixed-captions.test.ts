import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { mixedCaptions } from '../../../src/training/run/text/mixed-captions.js';
import type { TextSource } from '../../../src/training/run/text/text-source.js';
import { VectorTextSource } from '../../../src/training/run/text/vector-text-source.js';

beforeAll(() => tf.setBackend('cpu'));

const VECTORS = [
  [Float32Array.of(0, 0), Float32Array.of(1, 10)],
  [Float32Array.of(5, 5)],
  [Float32Array.of(-1, 2), Float32Array.of(3, 4)],
];
const source = () => new VectorTextSource(VECTORS, 2);

function sentencesOf(text: TextSource, pictures: number[], random: RandomStream): number[][] {
  const { sentences } = text.draw(pictures, random);
  const values = sentences.arraySync();
  sentences.dispose();
  return values;
}

describe('mixed captions', () => {
  it('lie on the line between two captions of the picture, nearer to the first', () => {
    const { numTensors } = tf.memory();
    const random = new RandomStream(3);
    const pictures = Array.from({ length: 60 }, () => 0);
    const shares = sentencesOf(mixedCaptions(source(), 0.5), pictures, random).map(([x = 0, y = 0]) => {
      expect(y).toBeCloseTo(10 * x, 5);
      return x;
    });
    expect(tf.memory().numTensors).toBe(numTensors);
    // Pairs of one caption twice are at its place; the others are between, at most half way.
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    const between = shares.filter((share) => share > 0.001 && share < 0.999);
    expect(between.length).toBeGreaterThan(15);
    expect(between.some((share) => share < 0.5) && between.some((share) => share > 0.5)).toBe(true);
  });

  it('are the caption itself where there is one, and never of another picture', () => {
    const [only, other] = sentencesOf(mixedCaptions(source(), 0.5), [1, 2], new RandomStream(1));
    expect(only).toEqual([5, 5]);
    expect((other?.[0] ?? 0) / 2 - (other?.[1] ?? 0)).toBeCloseTo(-2.5, 5);
  });

  it('depend on the random stream alone', () => {
    const drawn = () => sentencesOf(mixedCaptions(source(), 0.3), [0, 1, 2], new RandomStream(7, 2));
    expect(drawn()).toEqual(drawn());
  });

  it('leave first captions, words and lengths as they are', () => {
    const random = new RandomStream(2);
    let drawn = 0;
    const withWords: TextSource = {
      draw: () => {
        drawn += 1;
        return {
          sentences: tf.fill([1, 2], drawn),
          words: { vectors: tf.fill([1, drawn, 2], drawn), lengths: tf.tensor1d([drawn], 'int32') },
        };
      },
      first: (pictures) => source().first(pictures),
      wordsOf: () => [['a', 'bird']],
      dispose: () => undefined,
    };
    const { numTensors } = tf.memory();
    const mixed = mixedCaptions(withWords, 0.5);
    const { sentences, words } = mixed.draw([0], random);
    expect(words?.vectors.shape).toEqual([1, 1, 2]);
    expect(words?.lengths.arraySync()).toEqual([1]);
    expect(sentences.dataSync()[0]).toBeGreaterThanOrEqual(1);
    expect(sentences.dataSync()[0]).toBeLessThanOrEqual(1.5);
    expect(tf.memory().numTensors).toBe(numTensors + 3);
    expect(mixed.wordsOf?.([0])).toEqual([['a', 'bird']]);
    expect(mixedCaptions(source(), 0.5).wordsOf).toBeUndefined();
    const first = mixed.first([2]);
    expect(first.sentences.arraySync()).toEqual([[-1, 2]]);
    tf.dispose([sentences, words?.vectors, words?.lengths, first.sentences]);
  });
});
