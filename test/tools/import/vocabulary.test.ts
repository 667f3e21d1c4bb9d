import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  fitVocabulary,
  splittingOf,
  unreachableWords,
} from '../../../tools/import/vocabulary/fit-vocabulary.js';
import { readVocabulary } from '../../../tools/import/vocabulary/read-vocabulary.js';

const RELEASED = new URL('../../../../shared/fixtures/attngan-legacy/captions.pickle', import.meta.url)
  .pathname;
const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });
const words = (text: string) => readVocabulary(Buffer.from(text, 'latin1'), 'words').words;
const EXPECTED = ['<end>', 'a', 'red'];

describe('readVocabulary', () => {
  it.each([
    [
      'captions.pickle of Python 2',
      '\x80\x02](]]q\x00(K\x01K\x02ea]}q\x01(K\x00U\x05<end>K\x01U\x01aK\x02U\x03redu}q\x02e.',
    ],
    ['a pickled list', '\x80\x02](U\x05<end>U\x01aU\x03rede.'],
    ['a pickled dict of indices', '\x80\x02}(U\x05<end>K\x00U\x03redK\x02U\x01aK\x01u.'],
    ['a pickled pair of dicts', '\x80\x02](}(K\x00U\x05<end>K\x01U\x01aK\x02U\x03redu}e.'],
    ['protocol 0', "(lp0\nS'<end>'\np1\naS'a'\np2\naVred\np3\na."],
    ['a JSON list', '["<end>", "a", "red"]'],
    ['JSON of ours', '{"words": ["<end>", "a", "red"]}'],
    ['a JSON dict of indices', '{"red": 2, "<end>": 0, "a": 1}'],
    ['a JSON dict of words', '{"0": "<end>", "1": "a", "2": "red"}'],
    ['JSON of both directions', '{"wordtoix": {}, "ixtoword": {"0": "<end>", "1": "a", "2": "red"}}'],
    ['text', '<end>\na\r\nred\n'],
  ])('reads %s', (_what, text) => {
    expect(words(text)).toEqual(EXPECTED);
  });

  it('takes a caption as an example', () => {
    const pickle = '\x80\x02](]]q\x00(K\x01K\x02ea]}q\x01(K\x00U\x05<end>K\x01U\x01aK\x02U\x03redu}q\x02e.';
    expect(readVocabulary(Buffer.from(pickle, 'latin1'), 'x').example).toBe('a red');
  });

  it.each([
    ['an index that is missing', '{"a": 0, "red": 2}', /each index from 0 to 1 once, got 2/],
    ['an index taken twice', '{"a": 0, "red": 0}', /once, got 0/],
    ['an empty word', '["a", ""]', /word at index 1, got an empty one/],
    ['a word without end', `["a", "${'b'.repeat(201)}"]`, /word at index 1, got one of 201 characters/],
    ['what a terminal obeys', '["a", "\\u001b[2J"]', /word at index 1, got control characters/],
    ['an archive', 'PK\x03\x04\n', /word at index 0, got control characters/],
    ['numbers for words', '[1, 2]', /word at index 0, got number/],
    ['nothing', '', /1 to 1000000 words, got 0/],
    ['broken JSON', '{"a": ', /expected JSON/],
    ['other bytes', '\xff\xfe\x00', /UTF-8/],
    ['a number', '\x80\x02K\x01.', /list or dict of words/],
    ['code to run', '\x80\x02cos\nsystem\n(U\x04lstR.', /'os\.system', which is not allowed/],
  ])('refuses %s', (_what, text, reason) => {
    expect(() => words(text)).toThrow(invalid(reason));
  });

  it.skipIf(!existsSync(RELEASED))('reads a released one (skipped without ../shared)', () => {
    const { words: released, example } = readVocabulary(readFileSync(RELEASED), RELEASED);
    expect(released).toHaveLength(75);
    expect(released[0]).toBe('<end>');
    const captions = example?.split(' ') ?? [];
    expect(captions.every((word) => released.includes(word))).toBe(true);
    expect(fitVocabulary(released, 75, RELEASED).size).toBe(75);
  });
});

describe('fitVocabulary', () => {
  it('calls index 0 padding, and puts it before words that lack it', () => {
    expect(fitVocabulary(EXPECTED, 3, 'x').words).toEqual(['<pad>', 'a', 'red']);
    expect(fitVocabulary(['a', 'red'], 3, 'x').words).toEqual(['<pad>', 'a', 'red']);
  });

  it('refuses another size, naming both', () => {
    expect(() => fitVocabulary(EXPECTED, 5450, 'x')).toThrow(invalid(/vocabulary of 5450 words.*received 3/));
    expect(() => fitVocabulary(['<end>', 'a'], 3, 'x')).toThrow(invalid(/of 3 words.*received 2/));
  });

  it('says which words no prompt reaches', () => {
    const vocabulary = fitVocabulary(['<end>', 'a', 'well_known', 'Red', "o'er"], 5, 'x');
    expect(unreachableWords(vocabulary, 'official')).toEqual(['Red', "o'er"]);
    expect(unreachableWords(vocabulary, undefined)).toEqual(['well_known', 'Red', "o'er"]);
  });

  it('takes captions to be split as the official code does, unless the words are of another script', () => {
    expect(splittingOf(fitVocabulary(['<end>', 'bird', 's', 'well_known'], 4, 'x'))).toBe('official');
    expect(splittingOf(fitVocabulary(['<end>', '红色', '鸟'], 3, 'x'))).toBeUndefined();
  });
});
