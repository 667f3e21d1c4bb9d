import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/sdk/text/index.js';
import { editDistance, nearMisses } from '../../../src/sdk/text/near-misses.js';
import { cpuMsOf } from '../../cpu-time.js';

const vocabulary = Vocabulary.fromCaptions([
  'heart heart heart heart heart',
  'green green green green',
  'grin apple elephant red bed cat car at',
]);

describe('nearMisses', () => {
  it.each<[string, string[]]>([
    ['haert', ['heart']],
    ['hearts', ['heart']],
    ['appel', ['apple']],
    ['gren', ['green', 'grin']],
    ['elefant', ['elephant']],
    ['cax', ['car', 'cat']],
    ['ed', []],
    ['xylophone', []],
    ['красное', []],
  ])('%s', (token, expected) => {
    expect(nearMisses(token, vocabulary)).toEqual(expected);
  });

  it('gives three at most', () => {
    const many = Vocabulary.fromCaptions(['bat cat hat mat rat']);
    expect(nearMisses('zat', many)).toEqual(['bat', 'cat', 'hat']);
  });

  it('bounds the work for words of any length', () => {
    const takenMs = cpuMsOf(() => {
      for (let i = 0; i < 1000; i++) nearMisses('x'.repeat(2000), vocabulary);
    });
    expect(takenMs).toBeLessThan(500);
  });
});

describe('editDistance', () => {
  it.each<[string, string, number]>([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', 'xabc', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%j and %j', (a, b, distance) => {
    expect(editDistance(a, b, 9)).toBe(distance);
    expect(editDistance(b, a, 9)).toBe(distance);
  });
});
