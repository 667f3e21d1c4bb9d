import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { plainPng, putFiles } from '../make-pictures.js';

describe('a folder with a .txt beside each picture', () => {
  it('has a caption a line, from any system, and splits by folder', async () => {
    const folder = temporaryFolder();
    const png = await plainPng('red');
    putFiles(folder, {
      'train/a.png': png,
      'train/a.txt': '\uFEFFa red square\r\n\r\n  red paper \r\n',
      'train/deep/B.JPG': png,
      'train/deep/B.txt': Buffer.from('a caf\u00e9', 'latin1'),
      'val/c.webp': png,
      'val/c.txt': 'a wall',
      '.hidden/d.png': png,
    });
    const { format, images, warnings } = await readDataset(folder);
    expect(format).toBe('text-files');
    expect(images.map(({ fileName, captions, split }) => [fileName, captions, split])).toEqual([
      ['train/a.png', ['a red square', 'red paper'], 'train'],
      ['train/deep/B.JPG', ['a café'], 'train'],
      ['val/c.webp', ['a wall'], 'test'],
    ]);
    expect(images[1]?.listedIn).toBe(join(folder, 'train/deep/B.txt'));
    expect(warnings).toEqual([
      {
        severity: 'warning',
        path: join(folder, 'train/deep/B.txt'),
        line: 1,
        message: expect.stringContaining('not UTF-8'),
      },
    ]);
  });

  it('leaves out pictures without a caption, and says so', async () => {
    const folder = temporaryFolder();
    const png = await plainPng('red');
    putFiles(folder, { 'a.png': png, 'a.txt': 'red', 'b.png': png, 'c.png': png, 'c.txt': '\n...\n\0\n' });
    const { images, warnings } = await readDataset(folder);
    expect(images.map(({ fileName }) => fileName)).toEqual(['a.png']);
    expect(warnings.map(({ path, line, message }) => [path.slice(folder.length + 1), line, message])).toEqual(
      [
        ['b.png', undefined, 'has no .txt of its name beside it and was left out'],
        ['c.txt', 2, 'is no caption and was left out'],
        ['c.txt', 3, 'is no caption and was left out'],
        ['c.txt', undefined, 'has no caption; its picture was left out'],
      ],
    );
  });

  it('does not take a train in a name for a split', async () => {
    const folder = temporaryFolder();
    putFiles(folder, { 'test/old train.png': await plainPng('red'), 'test/old train.txt': 'a train' });
    expect((await readDataset(folder)).images[0]?.split).toBe('test');
  });
});
