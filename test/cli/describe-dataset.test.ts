import { describe, expect, it } from 'vitest';
import { describeDataset } from '../../src/cli/describe-dataset.js';
import type { DatasetReport } from '../../src/training/data/check/check-dataset.js';
import type { DatasetProblem } from '../../src/training/data/dataset-problems.js';

const EMPTY: DatasetReport = {
  folder: '/data',
  format: 'text-files',
  pictures: { count: 0, train: 0, test: 0, broken: 0 },
  classes: undefined,
  width: undefined,
  height: undefined,
  kinds: {},
  captions: {
    count: 0,
    perPicture: undefined,
    words: undefined,
    vocabulary: 1,
    unknownInTest: { words: 0, shareOfWords: 0, examples: [] },
  },
  duplicates: [],
  problems: [],
};

const problem = (severity: 'error' | 'warning', line: number, message: string): DatasetProblem => ({
  ...{ severity, path: '/data/metadata.jsonl', line, message },
});

describe('describeDataset', () => {
  it('shows three problems of a kind, so that many of one hide no other', () => {
    const small = Array.from({ length: 50 }, (_, index) =>
      problem('warning', index + 1, `'${index}.png' has ${index}×8 pixels and is enlarged`),
    );
    const rest = [problem('warning', 7, "'a.png' is the same picture as 'b.png'")];
    const text = describeDataset({
      ...EMPTY,
      problems: [problem('error', 3, 'expected one JSON object'), ...small, ...rest],
    });
    expect(text.split('\n').slice(-8)).toEqual([
      '1 error, 51 warnings',
      'error  /data/metadata.jsonl:3: expected one JSON object',
      "warning  /data/metadata.jsonl:1: '0.png' has 0×8 pixels and is enlarged",
      "warning  /data/metadata.jsonl:2: '1.png' has 1×8 pixels and is enlarged",
      "warning  /data/metadata.jsonl:3: '2.png' has 2×8 pixels and is enlarged",
      '         ... and 47 more like it',
      "warning  /data/metadata.jsonl:7: 'a.png' is the same picture as 'b.png'",
      '--json lists them all',
    ]);
    expect(describeDataset({ ...EMPTY, problems: rest })).not.toContain('--json');
  });

  it('says what there is none of', () => {
    const text = describeDataset(EMPTY);
    expect(text).toMatch(/captions +none\n/);
    expect(text).toMatch(/vocabulary +1 word in/);
    expect(text).toMatch(/unknown words +nothing is held out\n/);
    expect(text).toMatch(/0 errors, 0 warnings$/);
  });
});
