import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../sdk/errors.js';

/** Sizes of axes; null for one that may be of any size. */
export type WantedShape = readonly (number | null | undefined)[];

/** @throws {WordbrushError} `INVALID_OPTION`, naming both shapes, unless the tensor is of the shape wanted. */
export function requireShape(
  name: string,
  tensor: { readonly shape: readonly number[] },
  wanted: WantedShape,
): void {
  const { shape } = tensor;
  const fits = wanted.every((size, axis) => size === null || size === undefined || size === shape[axis]);
  if (fits && wanted.length === shape.length) return;
  const expected = wanted.map((size) => size ?? 'any');
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected ${name} to be [${expected.join(', ')}], received [${shape.join(', ')}].`,
    { details: { name, expected: [...wanted], received: [...shape] } },
  );
}

/**
 * A batch of one has no wrong pair, and nothing to normalise by.
 * @throws {WordbrushError} `INVALID_OPTION` for fewer than 2 rows.
 */
export function requirePairs(rows: number): void {
  if (rows >= 2) return;
  throw new WordbrushError('INVALID_OPTION', `Expected a batch of at least 2 rows, received ${rows}.`, {
    hint: 'A picture by itself has no wrong text, and batch normalisation leaves nothing of it.',
    details: { rows },
  });
}

/** @throws {WordbrushError} `INVALID_OPTION`, naming both, unless two parts that meet have one size. */
export function requireSameSize(
  [name, size]: readonly [name: string, size: number | null | undefined],
  [otherName, otherSize]: readonly [name: string, size: number | null | undefined],
): void {
  if (size === otherSize) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected ${name} and ${otherName} to be of one size, received ${size} and ${otherSize}.`,
    { details: { [name]: size, [otherName]: otherSize } },
  );
}

/**
 * @param lengths words in each caption, `[batch]`; 0 for one without a word.
 * @throws {WordbrushError} `INVALID_OPTION` for a caption said to be longer than its batch.
 */
export function requireLengths(lengths: tf.Tensor1D, time: number): void {
  const wrong = lengths
    .dataSync()
    .find((length) => !(Number.isInteger(length) && length >= 0 && length <= time));
  if (wrong === undefined) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected lengths from 0 to ${time}, the words of the longest caption, received ${wrong}.`,
    { details: { time, received: wrong } },
  );
}
