import { describe, expect, it } from 'vitest';
import { characterColumns } from '../../../src/sdk/text/characters.js';
import { encodeCharacters } from '../../../src/sdk/text/encode-characters.js';

const statusesOf = (prompt: string, lowerCase = false) =>
  encodeCharacters(prompt, { lowerCase }).words.map(({ text, status }) => [text, status]);

describe('encodeCharacters', () => {
  it('gives the columns of the alphabet, and says which words were read', () => {
    const { columns } = encodeCharacters('a bird, 7!', {});
    expect(columns).toEqual(characterColumns('a bird, 7!'));
    expect(statusesOf('a Bird BIRD été π')).toEqual([
      ['a', 'used'],
      ['Bird', 'used'],
      ['BIRD', 'unknown'],
      ['été', 'used'],
      ['π', 'unknown'],
    ]);
    expect(statusesOf('BIRD', true)).toEqual([['BIRD', 'used']]);
  });

  it('reads 201 bytes, and says what lies behind', () => {
    const prompt = `${'a'.repeat(198)} bc de`;
    expect(statusesOf(prompt).map(([, status]) => status)).toEqual(['used', 'used', 'truncated']);
    expect(statusesOf(`${'é'.repeat(101)} bc`.replace('é', 'x'))[1]).toEqual(['bc', 'truncated']);
  });

  it.each(['π ∞', '❤️', 'ABC'])('refuses %j, of which nothing is read', (prompt) => {
    expect(() => encodeCharacters(prompt, {})).toThrow(
      expect.objectContaining({ code: 'PROMPT_UNKNOWN_WORDS' }),
    );
  });

  it('refuses no text, and too much', () => {
    expect(() => encodeCharacters(' ', {})).toThrow(expect.objectContaining({ code: 'PROMPT_EMPTY' }));
    expect(() => encodeCharacters('a'.repeat(2001), {})).toThrow(
      expect.objectContaining({ code: 'PROMPT_TOO_LONG' }),
    );
  });
});
