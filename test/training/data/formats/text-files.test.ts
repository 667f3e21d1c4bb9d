import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { splitByName } from '../../../../src/training/data/test-split.js';
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
        ['c.txt', 2, 'has no word, made of letters or digits, and was left out'],
        ['c.txt', 3, 'has no word, made of letters or digits, and was left out'],
        ['c.txt', undefined, 'has no caption; its picture was left out'],
      ],
    );
  });

  it('does not take a train in a name for a split', async () => {
    const folder = temporaryFolder();
    putFiles(folder, { 'test/old train.png': await plainPng('red'), 'test/old train.txt': 'a train' });
    putFiles(folder, { 'train/b.png': await plainPng('red'), 'train/b.txt': 'red' });
    expect((await readDataset(folder)).images[0]?.split).toBe('test');
  });

  it('holds out a tenth by name where all folders are called test', async () => {
    const folder = temporaryFolder();
    putFiles(folder, { 'test/a.png': await plainPng('red'), 'test/a.txt': 'red' });
    const { images, warnings } = await readDataset(folder);
    expect(images[0]?.split).toBe(splitByName('test/a.png'));
    expect(warnings[0]?.message).toMatch(/test split alone/);
  });

  it('takes endings in capitals', async () => {
    const folder = temporaryFolder();
    putFiles(folder, { 'IMG_1.JPG': await plainPng('red'), 'IMG_1.TXT': 'a red wall' });
    const { format, images } = await readDataset(folder);
    expect([format, images.map(({ captions }) => captions)]).toEqual(['text-files', [['a red wall']]]);
  });

  it('follows links to files, and tells of those that lead nowhere, to folders and of pipes', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    const png = await plainPng('red');
    putFiles(elsewhere, { 'a.png': png, 'a.txt': 'a linked wall' });
    putFiles(folder, { 'b.png': png, 'c.txt': 'a pipe', 'd.png': png });
    for (const name of ['a.png', 'a.txt']) symlinkSync(join(elsewhere, name), join(folder, name));
    symlinkSync(join(folder, 'lost'), join(folder, 'b.txt'));
    symlinkSync(folder, join(folder, 'circle'));
    execFileSync('mkfifo', [join(folder, 'c.png')]);
    const { images, warnings } = await readDataset(folder, { format: 'text-files' });
    expect(images.map(({ fileName, captions }) => [fileName, captions])).toEqual([
      ['a.png', ['a linked wall']],
    ]);
    expect(warnings.map(({ path, message }) => `${path.slice(folder.length + 1)} ${message}`).sort()).toEqual(
      [
        'b.png has no .txt of its name beside it and was left out',
        'b.txt is a link to nothing and was left out',
        'c.png is no file and was left out',
        'circle is a link to a folder and was not followed',
        'd.png has no .txt of its name beside it and was left out',
      ],
    );
  });

  it('that is none says what the system says', async () => {
    const folder = temporaryFolder({ 'a.png': '' });
    await expect(readDataset(join(folder, 'a.png'), { format: 'text-files' })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(/^Expected to read .*a\.png: ENOTDIR: .*right to read it/),
    });
  });

  it.skipIf(process.getuid?.() === 0)('names what may not be read (not as root, who may)', async () => {
    const folder = temporaryFolder({ 'a.png': '', 'a.txt': 'red', 'shut/b.png': '' });
    chmodSync(join(folder, 'a.txt'), 0);
    await expect(readDataset(folder)).rejects.toThrow(/a\.txt: cannot be read: EACCES/);
    chmodSync(join(folder, 'shut'), 0);
    await expect(readDataset(folder)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    chmodSync(join(folder, 'shut'), 0o700);
  });
});
