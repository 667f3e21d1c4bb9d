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
    [
      'captions.pickle of Python 2, protocol 0',
      "(lp1\n(lp2\n(lp3\nI1\naI2\naaa(lp4\na(dp5\nI0\nS'<end>'\np6\nsI1\nS'a'\np7\nsI2\nS'red'\np8\nsa(dp9\ng7\nI1\nsg8\nI2\nsg6\nI0\nsa.",
    ],
    [
      'captions.pickle of Python 2, protocol 1',
      ']q\x01(]q\x02]q\x03(K\x01K\x02ea]q\x04}q\x05(K\x00U\x05<end>q\x06K\x01U\x01aq\x07K\x02U\x03redq\x08u}q\x09(h\x07K\x01h\x08K\x02h\x06K\x00ue.',
    ],
    [
      'captions.pickle of Python 2 as a tuple, protocol 0',
      "((lp1\n(lp2\n(dp3\nI0\nS'<end>'\np4\nsI1\nS'a'\np5\nsI2\nS'red'\np6\ns(dp7\ntp8\n.",
    ],
    [
      'captions.pickle of Python 3, protocol 0',
      '(lp0\n(lp1\n(lp2\nI1\naI2\naa(lp3\nI2\naaa(lp4\n(lp5\nI1\naaa(dp6\nI0\nV<end>\np7\nsI1\nVa\np8\nsI2\nVred\np9\nsa(dp10\ng7\nI0\nsg8\nI1\nsg9\nI2\nsa.',
    ],
    [
      'captions.pickle of Python 3, protocol 4',
      '\x80\x04\x95J\0\0\0\0\0\0\0]\x94(]\x94(]\x94(K\x01K\x02e]\x94K\x02ae]\x94]\x94K\x01aa}\x94(K\x00\x8c\x05<end>\x94K\x01\x8c\x01a\x94K\x02\x8c\x03red\x94u}\x94(h\x07K\x00h\x08K\x01h\tK\x02ue.',
    ],
    [
      'bytes of Python 3, protocol 2',
      '\x80\x02]q\x00(]q\x01]q\x05}q\x06(K\x00c_codecs\nencode\nq\x07X\x05\0\0\0<end>q\x08X\x06\0\0\0latin1q\t\x86q\nRq\x0bK\x01h\x07X\x01\0\0\0aq\x0ch\t\x86q\rRq\x0eK\x02h\x07X\x03\0\0\0redq\x0fh\t\x86q\x10Rq\x11u}q\x12e.',
    ],
    ['bytes of Python 3, protocol 3', '\x80\x03](]]}(K\x00C\x05<end>K\x01C\x01aK\x02C\x03redu}e.'],
    [
      "indices that are NumPy's",
      '\x80\x02](]]}(cnumpy._core.multiarray\nscalar\nq\x03cnumpy\ndtype\nX\x02\0\0\0i8\x89\x88\x87Rq\x07U\x08\0\0\0\0\0\0\0\0\x86RU\x05<end>h\x03h\x07U\x08\x01\0\0\0\0\0\0\0\x86RU\x01ah\x03h\x07U\x08\x02\0\0\0\0\0\0\0\x86RU\x03redu}e.',
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

  it('reads a pickled list of four words as four words', () => {
    expect(words('\x80\x02](U\x05<end>U\x01aU\x01bU\x01ce.')).toEqual(['<end>', 'a', 'b', 'c']);
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
