import type { Split } from './test-split.js';

const NAMES = new Map<string, Split>(
  Object.entries({
    train: 'train',
    training: 'train',
    test: 'test',
    testing: 'test',
    val: 'test',
    valid: 'test',
    validation: 'test',
    dev: 'test',
  }),
);

/**
 * The split that a path within a data set names in a folder or in the first word of a file, as hubs do:
 * `data/train-00000-of-00004.parquet`, `val/000.tar`, `captions_val2017.json`. What is no training is for testing.
 * @param path with forward slashes.
 */
export function splitOfPath(path: string): Split | undefined {
  const words = path.toLowerCase().split(/[/_.\-\d]+/);
  return words.map((word) => splitNamed(word)).find((split) => split !== undefined);
}

/** The split that a data set calls by this name, in letters of any size: `train`, `test`, `validation`, ... */
export function splitNamed(name: string): Split | undefined {
  return NAMES.get(name.toLowerCase());
}
