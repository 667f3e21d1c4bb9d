import { describe, expect, it } from 'vitest';
import { encodePrompt, Vocabulary } from '../../../src/sdk/text/index.js';

const vocabulary = Vocabulary.parse(
  JSON.stringify({ words: ['<pad>', 'a', 'red', 'heart', 'green', 'apple'] }),
);

function failure(prompt: string): unknown {
  try {
    encodePrompt(prompt, vocabulary, 18);
  } catch (error) {
    return error;
  }
  throw new Error(`nothing was thrown for ${prompt}`);
}

describe('encodePrompt', () => {
  it('gives ids and says what happened to each word', () => {
    expect(encodePrompt('A RED shiny hart, ❤️!', vocabulary, 18)).toEqual({
      ids: Int32Array.of(1, 2),
      words: [
        { text: 'a', status: 'used' },
        { text: 'red', status: 'used' },
        { text: 'shiny', status: 'unknown' },
        { text: 'hart', status: 'unknown', suggestions: ['heart'] },
        { text: '❤️', status: 'unknown' },
      ],
    });
  });

  it('reads as many known words as the model takes', () => {
    const { ids, words } = encodePrompt('red x green y apple red', vocabulary, 2);
    expect(Array.from(ids)).toEqual([2, 4]);
    expect(words.map(({ status }) => status)).toEqual([
      'used',
      'unknown',
      'used',
      'unknown',
      'truncated',
      'truncated',
    ]);
  });

  it.each(['', '   ', '\n\t', '?!', "''"])('refuses %j, which has no word', (prompt) => {
    expect(failure(prompt)).toMatchObject({ code: 'PROMPT_EMPTY' });
  });

  it('refuses a prompt of 10,000 words', () => {
    const prompt = 'red '.repeat(10_000);
    expect(failure(prompt)).toMatchObject({
      code: 'PROMPT_TOO_LONG',
      message: expect.stringContaining('at most 2000 characters, received 40000'),
    });
  });

  it('takes a prompt of exactly 2,000 characters', () => {
    expect(encodePrompt('red '.repeat(500), vocabulary, 18).words).toHaveLength(500);
    expect(failure(`${'red '.repeat(500)}a`)).toMatchObject({ code: 'PROMPT_TOO_LONG' });
  });

  it.each([
    ['haert aple', '"haert" (near: heart), "aple" (near: apple)'],
    ['❤️', '"❤️"'],
    ['красное сердце', '"красное", "сердце"'],
    ['b c d e f g h', '"b", "c", "d", "e", "f" and 2 more'],
    ['zzz zzz zzz', '"zzz".'],
    ['<pad>', '"pad".'],
  ])('refuses %j, of which no word is known', (prompt, named) => {
    expect(failure(prompt)).toMatchObject({
      code: 'PROMPT_UNKNOWN_WORDS',
      message: expect.stringContaining(named),
    });
  });

  it('shortens what it quotes', () => {
    const error = failure('x'.repeat(2000));
    expect(error).toMatchObject({ code: 'PROMPT_UNKNOWN_WORDS' });
    expect(String(error).length).toBeLessThan(300);
  });
});
