import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/sdk/text/index.js';

describe('Vocabulary', () => {
  it('is made from captions, the most frequent word first, without emoji', () => {
    const vocabulary = Vocabulary.fromCaptions(['A red heart ❤️', 'a blue Heart', 'a cat']);
    expect(vocabulary.words).toEqual(['<pad>', 'a', 'heart', 'blue', 'cat', 'red']);
    expect(vocabulary.size).toBe(6);
    expect(vocabulary.indexOf('heart')).toBe(2);
    expect(vocabulary.indexOf('dog')).toBeUndefined();
    expect(vocabulary.indexOf('❤️')).toBeUndefined();
  });

  it('does not depend on the order of the captions', () => {
    const captions = ['one two', 'two three', 'four'];
    expect(Vocabulary.fromCaptions([...captions].reverse()).words).toEqual(
      Vocabulary.fromCaptions(captions).words,
    );
  });

  it('comes back from its own JSON', () => {
    const vocabulary = Vocabulary.fromCaptions(['a red heart']);
    expect(Vocabulary.parse(JSON.stringify(vocabulary)).words).toEqual(vocabulary.words);
  });

  it('is not fooled by the names of object properties', () => {
    const vocabulary = Vocabulary.parse('{"words": ["<pad>", "constructor"]}');
    expect(vocabulary.indexOf('constructor')).toBe(1);
    expect(vocabulary.indexOf('__proto__')).toBeUndefined();
    expect(vocabulary.indexOf('toString')).toBeUndefined();
    expect(vocabulary.indexOf('<pad>')).toBeUndefined();
  });

  it.each([
    ['{"words": ["<pad>", "a"', 'JSON'],
    ['[]', 'at the top'],
    ['{}', 'words'],
    ['{"words": ["<pad>"]}', 'words'],
    ['{"words": ["<pad>", 3]}', 'words.1'],
    ['{"words": ["<pad>", ""]}', 'words.1'],
    ['{"words": ["a", "b"]}', 'received "a"'],
    ['{"words": ["<pad>", "a", "b", "a"]}', '"a" occurs twice'],
  ])('refuses %s', (json, reason) => {
    expect(() => Vocabulary.parse(json)).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining(reason) }),
    );
  });
});
