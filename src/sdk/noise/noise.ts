import { type CirclePoint, circlePoint, log } from './elementary.js';
import { philoxBlock, splitWords, type WordPair } from './philox.js';
import { keyOfSeed, requireStream } from './seed.js';

/** How many random words, and so how many values, one Philox block gives. */
export const WORDS_PER_BLOCK = 4;

const INVERSE_TWO_POW_32 = 2 ** -32;
const INVERSE_TWO_POW_24 = 2 ** -24;

/**
 * `length` float32 draws from the standard normal distribution, |value| < 6.8.
 *
 * Value i depends on (seed, stream, i) alone: a longer draw begins with the shorter one, different streams of
 * one seed are independent, and every JavaScript engine gives the same bits.
 * @throws WordbrushError INVALID_OPTION for a seed outside 0..2^53 - 1 or a stream outside 0..2^32 - 1.
 */
export function normalNoise(seed: number, stream: number, length: number): Float32Array {
  const result = new Float32Array(length);
  const values = new Float64Array(WORDS_PER_BLOCK);
  const point: CirclePoint = { cos: 1, sin: 0 };
  forEachBlock(seed, stream, length, (words, start) => {
    normalsFromWords(words, values, point);
    copyBlock(values, result, start);
  });
  return result;
}

/**
 * `length` float32 draws from the uniform distribution on [0, 1), multiples of 2^-24.
 * Value i depends on (seed, stream, i) alone.
 * @throws WordbrushError INVALID_OPTION as {@link normalNoise} does.
 */
export function uniformNoise(seed: number, stream: number, length: number): Float32Array {
  const result = new Float32Array(length);
  const values = new Float64Array(WORDS_PER_BLOCK);
  forEachBlock(seed, stream, length, (words, start) => {
    for (let i = 0; i < WORDS_PER_BLOCK; i++) {
      values[i] = ((words[i] ?? 0) >>> 8) * INVERSE_TWO_POW_24;
    }
    copyBlock(values, result, start);
  });
  return result;
}

/** The block of random words at `index` (0..2^53 - 1) of a stream. */
export function randomWords(out: Uint32Array, key: WordPair, stream: number, index: number): void {
  const { low, high } = splitWords(index);
  philoxBlock(out, 0, [low, high, stream, 0], key);
}

/** Box-Muller: four random words become four normals, still in float64. */
export function normalsFromWords(words: Uint32Array, values: Float64Array, point: CirclePoint): void {
  for (let i = 0; i < WORDS_PER_BLOCK; i += 2) {
    // The half keeps the logarithm away from zero; the sum has 33 bits and is exact.
    const radius = Math.sqrt(-2 * log(((words[i] ?? 0) + 0.5) * INVERSE_TWO_POW_32));
    circlePoint((words[i + 1] ?? 0) * INVERSE_TWO_POW_32, point);
    values[i] = radius * point.cos;
    values[i + 1] = radius * point.sin;
  }
}

function forEachBlock(
  seed: number,
  stream: number,
  length: number,
  visit: (words: Uint32Array, start: number) => void,
): void {
  const key = keyOfSeed(seed);
  requireStream(stream);
  const words = new Uint32Array(WORDS_PER_BLOCK);
  for (let start = 0; start < length; start += WORDS_PER_BLOCK) {
    randomWords(words, key, stream, start / WORDS_PER_BLOCK);
    visit(words, start);
  }
}

function copyBlock(values: Float64Array, result: Float32Array, start: number): void {
  const count = Math.min(WORDS_PER_BLOCK, result.length - start);
  for (let i = 0; i < count; i++) {
    result[start + i] = values[i] ?? 0;
  }
}
