import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { type AttentionMaskOrder, WordAttention } from '../../../src/training/layers/word-attention.js';
import { WordContext } from '../../../src/training/layers/word-context.js';
import { BACKENDS } from '../oracle.js';

const [SIDE, CHANNELS, WORDS] = [2, 3, 4];

describe.each(BACKENDS)('word attention, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it('shares out each place over the true words, by the products of place and word', () => {
    tf.tidy(() => {
      const { map, words } = randomInputs(2);
      const attention = attend(map, words, [4, 2]).arraySync() as number[][][][];
      const places = map.arraySync() as number[][][][];
      const vectors = words.arraySync() as number[][][];
      for (const [row, length] of [4, 2].entries()) {
        const products = vectors[row]?.map((vector) => dot(vector, places[row]?.[1]?.[0] ?? []));
        const shares = products?.map((product, word) => (word < length ? Math.exp(product) : 0)) ?? [];
        const sum = shares.reduce((total, share) => total + share, 0);
        for (const [word, share] of shares.entries()) {
          expect(attention[row]?.[1]?.[0]?.[word]).toBeCloseTo(share / sum, 6);
        }
        expect(attention[row]?.[0]?.[1]?.slice(length).every((share) => share === 0)).toBe(true);
      }
    });
  });

  it('does not see padding: a caption alone and unpadded gives what it gives in a batch', () => {
    tf.tidy(() => {
      const { map, words } = randomInputs(3);
      const context = read(attend(map, words, [4, 2, 1]), words);
      for (const [row, length] of [4, 2, 1].entries()) {
        const ownMap = map.slice(row, 1);
        const ownWords = words.slice([row, 0, 0], [1, length, CHANNELS]);
        const alone = read(attend(ownMap, ownWords, [length]), ownWords);
        expect(distance(context.slice(row, 1), alone)).toBeLessThan(1e-6);
      }
    });
  });

  it('leaves no gradient at padding', () => {
    tf.tidy(() => {
      const { map, words } = randomInputs(2);
      const factor = tf.tensor(new RandomStream(9).normals(2 * SIDE * SIDE * CHANNELS), map.shape);
      const gradient = tf.grad((some: tf.Tensor) =>
        read(attend(map, some as tf.Tensor3D, [4, 2]), some as tf.Tensor3D)
          .mul(factor)
          .sum(),
      )(words);
      const values = gradient.slice([1, 2, 0]).dataSync();
      expect([...values].every((value) => value === 0)).toBe(true);
      expect(gradient.slice([1, 0, 0], [1, 2, CHANNELS]).abs().min().dataSync()[0]).toBeGreaterThan(0);
    });
  });

  it('gives numbers for a caption without a word', () => {
    tf.tidy(() => {
      const { map, words } = randomInputs(2);
      const attention = attend(map, words, [4, 0]);
      expect([...attention.dataSync()].every(Number.isFinite)).toBe(true);
      expect(distance(attention.sum(-1), tf.ones([2, SIDE, SIDE]))).toBeLessThan(1e-6);
    });
  });

  it('in the official order masks row r by caption r modulo batch', () => {
    tf.tidy(() => {
      const { map, words } = randomInputs(3);
      const lengths = [4, 2, 1];
      const attention = attend(map, words, lengths, 'official').reshape([3 * SIDE * SIDE, WORDS]);
      const counts = (attention.arraySync() as number[][]).map(
        (shares) => shares.filter((share) => share > 0).length,
      );
      expect(counts).toEqual(counts.map((_, row) => lengths[row % 3]));
    });
  });

  it.each([
    [1, [2]],
    [3, [3, 3, 3]],
  ])('in the official order is right for %i captions of lengths %j', (batch, lengths) => {
    tf.tidy(() => {
      const { map, words } = randomInputs(batch);
      const right = attend(map, words, lengths);
      expect(distance(attend(map, words, lengths, 'official'), right)).toBe(0);
    });
  });
});

function randomInputs(batch: number): { map: tf.Tensor4D; words: tf.Tensor3D } {
  const random = new RandomStream(batch);
  const map = tf.tensor4d(random.normals(batch * SIDE * SIDE * CHANNELS), [batch, SIDE, SIDE, CHANNELS]);
  const words = tf.tensor3d(random.normals(batch * WORDS * CHANNELS), [batch, WORDS, CHANNELS]);
  return { map, words };
}

function attend(
  map: tf.Tensor,
  words: tf.Tensor,
  lengths: readonly number[],
  maskOrder: AttentionMaskOrder = 'perImage',
): tf.Tensor {
  const count = words.shape[1] ?? 0;
  const rows = lengths.map((length) => Array.from({ length: count }, (_, word) => (word < length ? 1 : 0)));
  return new WordAttention({ name: 'attention', maskOrder }).apply([
    map,
    words,
    tf.tensor2d(rows),
  ]) as tf.Tensor;
}

function read(attention: tf.Tensor, words: tf.Tensor): tf.Tensor {
  return new WordContext({ name: 'context' }).apply([attention, words]) as tf.Tensor;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}

/** Largest absolute difference. */
function distance(a: tf.Tensor, b: tf.Tensor): number {
  return a.sub(b).abs().max().dataSync()[0] ?? Number.NaN;
}
