import { WordbrushError } from '../errors.js';
import { type CirclePoint, circlePoint, log } from './elementary.js';
import { normalsFromWords, randomWords, WORDS_PER_BLOCK } from './noise.js';
import type { WordPair } from './philox.js';
import { keyOfSeed, requireStream } from './seed.js';

/** Where a {@link RandomStream} stands: plain numbers, to be kept in a checkpoint. */
export interface RandomState {
  seed: number;
  stream: number;
  /** 32-bit words drawn so far. */
  position: number;
}

const INVERSE_TWO_POW_32 = 2 ** -32;
const INVERSE_TWO_POW_53 = 2 ** -53;
const TWO_POW_32 = 2 ** 32;

/**
 * Random numbers drawn one after the other, the same in every JavaScript engine. Used where a program decides
 * as it goes (training); use `normalNoise` where the amount is known.
 */
export class RandomStream {
  readonly #words = new Uint32Array(WORDS_PER_BLOCK);
  readonly #point: CirclePoint = { cos: 1, sin: 0 };
  #key: WordPair;
  #seed: number;
  #stream: number;
  #position = 0;
  /** The block that #words holds, -1 before the first. */
  #block = -1;

  /**
   * @param seed integer from 0 to 2^53 - 1.
   * @param stream integer from 0 to 2^32 - 1; streams of one seed are independent.
   * @throws WordbrushError INVALID_OPTION for others.
   */
  constructor(seed: number, stream = 0) {
    requireStream(stream);
    this.#key = keyOfSeed(seed);
    this.#seed = seed;
    this.#stream = stream;
  }

  get seed(): number {
    return this.#seed;
  }

  /** A double from [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.#nextWord() >>> 5;
    const low = this.#nextWord() >>> 6;
    return (high * 0x400_0000 + low) * INVERSE_TWO_POW_53;
  }

  /**
   * An integer from 0 to `limit` - 1, each equally likely.
   * @throws WordbrushError INVALID_OPTION unless `limit` is an integer from 1 to 2^32.
   */
  integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > TWO_POW_32) {
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected limit: an integer from 1 to ${TWO_POW_32}, received ${limit}.`,
      );
    }
    // Words beyond the last whole multiple of limit would favour small results, so they are drawn again.
    const usable = TWO_POW_32 - (TWO_POW_32 % limit);
    let word = this.#nextWord();
    while (word >= usable) {
      word = this.#nextWord();
    }
    return word % limit;
  }

  /** One draw from the standard normal distribution, in double precision. */
  normal(): number {
    const radius = Math.sqrt(-2 * log((this.#nextWord() + 0.5) * INVERSE_TWO_POW_32));
    circlePoint(this.#nextWord() * INVERSE_TWO_POW_32, this.#point);
    return radius * this.#point.cos;
  }

  /** `length` float32 draws from the standard normal distribution; several times faster than `normal()`. */
  normals(length: number): Float32Array {
    const result = new Float32Array(length);
    const values = new Float64Array(WORDS_PER_BLOCK);
    for (let i = 0; i < length; i++) {
      if (i % WORDS_PER_BLOCK === 0) {
        this.#nextBlock();
        normalsFromWords(this.#words, values, this.#point);
      }
      result[i] = values[i % WORDS_PER_BLOCK] ?? 0;
    }
    return result;
  }

  /** Puts `items` in random order, in place, each order equally likely (Fisher-Yates), and returns it. */
  shuffle<Items extends unknown[] | Int32Array | Uint32Array | Float32Array>(items: Items): Items {
    for (let last = items.length - 1; last > 0; last--) {
      const chosen = this.integer(last + 1);
      const kept = items[last];
      items[last] = items[chosen];
      items[chosen] = kept;
    }
    return items;
  }

  state(): RandomState {
    return { seed: this.#seed, stream: this.#stream, position: this.#position };
  }

  /**
   * Continues exactly where `state()` was taken, seed and stream included.
   * @throws WordbrushError INVALID_OPTION if the state holds anything but integers of those ranges.
   */
  restore(state: RandomState): void {
    requireStream(state.stream);
    if (!Number.isSafeInteger(state.position) || state.position < 0) {
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected position: an integer from 0 to 2^53 - 1, received ${state.position}.`,
      );
    }
    this.#key = keyOfSeed(state.seed);
    this.#seed = state.seed;
    this.#stream = state.stream;
    this.#position = state.position;
    this.#block = -1;
  }

  #nextWord(): number {
    const block = Math.floor(this.#position / WORDS_PER_BLOCK);
    this.#load(block);
    const word = this.#words[this.#position % WORDS_PER_BLOCK] ?? 0;
    this.#position++;
    return word;
  }

  /** Loads the first block of which no word was drawn yet and counts all of it as drawn. */
  #nextBlock(): void {
    const block = Math.ceil(this.#position / WORDS_PER_BLOCK);
    this.#load(block);
    this.#position = (block + 1) * WORDS_PER_BLOCK;
  }

  #load(block: number): void {
    if (block !== this.#block) {
      randomWords(this.#words, this.#key, this.#stream, block);
      this.#block = block;
    }
  }
}
