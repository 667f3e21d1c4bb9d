import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { splitByName } from '../../../../src/training/data/test-split.js';
import { temporaryFolder } from '../../../temporary-folder.js';

const birds = new URL('../../../../../shared/data/birds', import.meta.url).pathname;

/** A data set of empty files `a.png` and `b.png` with these lines. */
async function folderWith(lines: readonly unknown[]): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, 'images'));
  for (const name of ['a.png', 'b.png']) await writeFile(join(folder, 'images', name), '');
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  await writeFile(join(folder, 'metadata.jsonl'), text);
  return folder;
}

const good = { file_name: 'images/a.png', captions: ['a red heart'], group: 'hearts', split: 'test' };

describe('an image folder', () => {
  it('reads the emoji sample', async () => {
    const { images, train, test } = await readDataset('test/fixtures/emoji-sample');
    expect(images).toHaveLength(48);
    expect([train.length, test.length]).toEqual([43, 5]);
    const heart = images.find(({ captions }) => captions[0] === 'red heart');
    expect(heart).toMatchObject({
      fileName: 'images/smileys-emotion/2764.png',
      captions: ['red heart', 'emotion', 'heart', 'love', 'red'],
      split: 'train',
      group: 'smileys-emotion',
    });
    expect(existsSync(heart?.path ?? '')).toBe(true);
  });

  it('honours the split given, and splits by name where none is', async () => {
    const folder = await folderWith([
      good,
      '',
      { file_name: 'images/b.png', captions: ['a blue heart'], class_name: 'hearts' },
    ]);
    const { images } = await readDataset(folder);
    expect(images.map(({ split }) => split)).toEqual(['test', splitByName('images/b.png')]);
    expect(images.map(({ group }) => group)).toEqual(['hearts', 'hearts']);
    expect(images.map(({ line }) => line)).toEqual([1, 3]);
  });

  it('takes other names of splits and ways to write a path', async () => {
    const folder = await folderWith([
      { ...good, file_name: './images//a.png', split: 'Validation' },
      { ...good, captions: ['love'] },
      { file_name: 'images/../images/b.png', text: 'a blue heart', split: 'train' },
    ]);
    const { images } = await readDataset(folder);
    expect(images.map(({ fileName, split, captions }) => [fileName, split, captions])).toEqual([
      ['images/a.png', 'test', ['a red heart', 'love']],
      ['images/b.png', 'train', ['a blue heart']],
    ]);
  });

  it.each([
    ['broken JSON', '{"file_name": "images/a.png", "captions": [', /expected one JSON object/],
    ['an array', [], /expected one JSON object, got \[\]/],
    [
      'another name for the file',
      { filename: 'images/a.png', text: 'a' },
      /expected file_name, but the line has only filename, text\./,
    ],
    ['no captions', { file_name: 'images/a.png' }, /expected captions, but the line has only file_name\./],
    ['nothing', {}, /expected file_name, but the line has only nothing/],
    ['an empty list of captions', { ...good, captions: [] }, /has no caption/],
    ['an empty caption', { ...good, captions: ['a heart', ' \t'] }, /captions\[1\] is empty\./],
    [
      'a caption that is a number',
      { ...good, captions: [7] },
      /captions\[0\]: expected string, received number/,
    ],
    [
      'an unknown split',
      { ...good, split: 'holdout' },
      /expected split: train, test or validation, got 'holdout'/,
    ],
    ['a box without a width', { ...good, bbox: [0, 0, 0, 3] }, /bbox\[2\]: expected number to be >0/],
    [
      'a missing picture',
      { ...good, file_name: 'images/c.png' },
      /'images\/c.png', but there is no such file/,
    ],
    ['a folder for a picture', { ...good, file_name: 'images' }, /no such file/],
    ['a path that leaves the folder', { ...good, file_name: '../../etc/passwd' }, /inside the folder/],
    ['an absolute path', { ...good, file_name: '/etc/passwd' }, /inside the folder/],
  ])('refuses %s, naming file and line', async (_what, line, reason) => {
    const folder = await folderWith([good, line]);
    await expect(readDataset(folder)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(reason),
      details: { path: join(folder, 'metadata.jsonl'), line: 2 },
    });
    await expect(readDataset(folder)).rejects.toThrow(`${join(folder, 'metadata.jsonl')}:2: `);
  });

  it('refuses a folder without metadata and one without lines', async () => {
    await expect(readDataset(temporaryFolder())).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(/metadata\.jsonl.*wordbrush data emoji/),
    });
    await expect(readDataset(await folderWith(['', '']))).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
  });

  it.skipIf(!existsSync(birds))('reads the bird photographs (where ../shared is there)', async () => {
    const { images, train, test } = await readDataset(birds);
    expect(images).toHaveLength(5557);
    expect(train.length + test.length).toBe(5557);
    expect(images[0]?.captions).toHaveLength(10);
    expect(images[0]?.group).toBe('001.Black_footed_Albatross');
  });
});
