import { describe, expect, it } from 'vitest';
import { describeTrainable, readTrainableDataset } from '../../../src/training/run/run-dataset.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { plainPng, putFiles } from '../data/make-pictures.js';

const SENTENCES = ['this bird has a red head and long wings', 'a bird that is red all over its body'];

/** Three training pictures, each with these captions, and whatever lines more. */
async function folderWith(captions: readonly string[], more: readonly string[] = []): Promise<string> {
  const folder = temporaryFolder();
  const png = await plainPng('red');
  for (const name of ['a', 'b', 'c']) {
    putFiles(folder, {
      [`train/${name}.png`]: png,
      [`train/${name}.txt`]: [...captions.map((caption) => `${caption} ${name}`), ...more].join('\n'),
    });
  }
  return folder;
}

describe('describeTrainable', () => {
  it('counts the pictures', async () => {
    const dataset = await readTrainableDataset(await folderWith(['red heart', 'love', 'emotion']));
    expect(describeTrainable(dataset, { captions: 'labelAndTags' })).toEqual([
      '3 pictures to train on, 0 held out',
    ]);
  });

  it('tells of sentences that would be read as tags', async () => {
    const dataset = await readTrainableDataset(await folderWith(SENTENCES));
    expect(describeTrainable(dataset, { captions: 'labelAndTags' })[1]).toMatch(
      /^The captions look like sentences \(half of them have 10 words or more\).* --set captions=any reads one/,
    );
    expect(describeTrainable(dataset, { captions: 'any' })).toHaveLength(1);
  });

  it('shows three warnings, and counts the others', async () => {
    const dataset = await readTrainableDataset(await folderWith(['red'], ['...', '!']));
    const [, ...warnings] = describeTrainable(dataset, { captions: 'any' });
    expect(warnings).toEqual([
      ...[1, 2, 3].map(() => expect.stringMatching(/\.txt:\d: has no word/)),
      `3 more warnings: wordbrush data check ${dataset.folder}`,
    ]);
  });

  it('is told that all pictures have one caption', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) {
      putFiles(folder, { [`train/${name}.png`]: await plainPng('red'), [`train/${name}.txt`]: 'a bird' });
    }
    const lines = describeTrainable(await readTrainableDataset(folder), { captions: 'any' });
    expect(lines[1]).toBe(
      `${folder}: has the same caption for all 2 training pictures: no model can learn from it what words mean`,
    );
  });
});
