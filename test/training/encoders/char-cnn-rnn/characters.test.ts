import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ALPHABET_SIZE,
  characterBatch,
  characterColumns,
  TEXT_LENGTH,
} from '../../../../src/training/encoders/char-cnn-rnn/characters.js';

describe('characters', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it('have the columns of the official alphabet: 70, the hyphen in the later of its two', () => {
    expect([ALPHABET_SIZE, TEXT_LENGTH]).toEqual([70, 201]);
    const columns = (text: string) => [...characterColumns(text).subarray(0, text.length)];
    expect(columns('az09')).toEqual([1, 26, 27, 36]);
    // The 37th is the first hyphen, which nothing has.
    expect(columns(',-+= ')).toEqual([38, 60, 59, 61, 70]);
    const everything = new Set(
      Array.from({ length: 128 }, (_, code) => characterColumns(String.fromCharCode(code))[0]),
    );
    expect(everything.size).toBe(70);
    expect(everything.has(37)).toBe(false);
  });

  it('have none for capitals, unless asked for small letters, nor for other signs, a byte each', () => {
    expect([...characterColumns('aBc').subarray(0, 4)]).toEqual([1, 0, 3, 0]);
    expect([...characterColumns('aBc', { lowerCase: true }).subarray(0, 4)]).toEqual([1, 2, 3, 0]);
    expect([...characterColumns('é\ta').subarray(0, 5)]).toEqual([0, 0, 0, 1, 0]);
  });

  it('are 201, whatever the length of the text', () => {
    expect(characterColumns('')).toEqual(new Int32Array(201));
    expect(characterColumns('b'.repeat(500))).toEqual(new Int32Array(201).fill(2));
    tf.tidy(() => {
      const batch = characterBatch(['ab', '']);
      expect([batch.shape, batch.dtype]).toEqual([[2, 201], 'int32']);
      expect([...batch.dataSync()].filter((column) => column > 0)).toEqual([1, 2]);
    });
  });
});
