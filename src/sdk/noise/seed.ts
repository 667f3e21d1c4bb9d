import { WordbrushError } from '../errors.js';
import { splitWords, type WordPair } from './philox.js';

/** The largest seed: above it, neighbouring integers are the same JavaScript number. */
export const MAX_SEED = Number.MAX_SAFE_INTEGER;

const MAX_STREAM = 0xffff_ffff;

/**
 * The Philox key of a seed.
 * @throws WordbrushError INVALID_OPTION unless the seed is an integer from 0 to 2^53 - 1.
 */
export function keyOfSeed(seed: number): WordPair {
  requireInteger('seed', seed, MAX_SEED);
  return splitWords(seed);
}

/** @throws WordbrushError INVALID_OPTION unless the stream is an integer from 0 to 2^32 - 1. */
export function requireStream(stream: number): void {
  requireInteger('stream', stream, MAX_STREAM);
}

function requireInteger(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected ${name}: an integer from 0 to ${max}, received ${value}.`,
      { details: { option: name, received: value } },
    );
  }
}
