import { expect, it } from 'vitest';
import { splitOfPath } from '../../../src/training/data/split-of-path.js';

it.each([
  ['data/train-00000-of-00004.parquet', 'train'],
  ['validation-00000-of-00001.parquet', 'test'],
  ['captions_val2017.json', 'test'],
  ['captions_train2014.json', 'train'],
  ['TEST/000.tar', 'test'],
  ['00000.tar', undefined],
  ['trains/000.tar', undefined],
  ['contest.tar', undefined],
  // A name that every object has.
  ['constructor/000.tar', undefined],
] as const)('%s: %s', (path, split) => {
  expect(splitOfPath(path)).toBe(split);
});
