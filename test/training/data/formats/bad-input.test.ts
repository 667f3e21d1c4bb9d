import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../../src/sdk/text/vocabulary.js';
import { detectFormat } from '../../../../src/training/data/detect-format.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { readTrainableDataset } from '../../../../src/training/run/run-dataset.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { plainPng, putFiles } from '../make-pictures.js';

/** A folder of `a.png` and `b.png` with this metadata. */
async function folderWith(metadata: string | Uint8Array): Promise<string> {
  const folder = temporaryFolder();
  const png = await plainPng('red');
  putFiles(folder, { 'a.png': png, 'in/b.png': png, 'metadata.jsonl': metadata });
  return folder;
}

const both =
  '{"file_name":"a.png","caption":"red","split":"train"}\n{"file_name":"in/b.png","text":"red","split":"train"}';

describe('metadata.jsonl', () => {
  it('may come from Windows: line ends, byte-order mark, backslashes', async () => {
    const folder = await folderWith(`\uFEFF${both.replace('in/b', 'in\\\\b').replaceAll('\n', '\r\n')}\r\n`);
    const { images, warnings } = await readDataset(folder);
    expect(images.map(({ fileName, captions }) => [fileName, captions])).toEqual([
      ['a.png', ['red']],
      ['in/b.png', ['red']],
    ]);
    expect(warnings).toEqual([]);
  });

  it('need not be UTF-8, which is said', async () => {
    const folder = await folderWith(
      Buffer.from('{"file_name":"a.png","captions":["un caf\u00e9"]}', 'latin1'),
    );
    const { images, warnings } = await readDataset(folder);
    expect(images[0]?.captions).toEqual(['un café']);
    expect(warnings).toMatchObject([{ path: join(folder, 'metadata.jsonl'), line: 1 }]);
  });

  it('may name a picture twice, with more captions, but not in two splits or classes', async () => {
    const twice = (more: string) => `${both}\n{"file_name":"a.png","captions":["red","a wall"]${more}}`;
    const { images } = await readDataset(await folderWith(twice(',"split":"train"')));
    expect(images.map(({ captions }) => captions)).toEqual([['red', 'a wall'], ['red']]);
    for (const more of [
      ',"split":"test"',
      ',"split":"train","class_id":2',
      ',"split":"train","bbox":[0,0,4,4]',
    ]) {
      await expect(readDataset(await folderWith(twice(more)))).rejects.toThrow(
        /metadata\.jsonl:3: expected the split, class and box that line 1 gives 'a\.png'/,
      );
    }
  });
});

describe('a data set', () => {
  it('of one caption is trained on', async () => {
    const { train } = await readTrainableDataset(await folderWith(both));
    expect(train).toHaveLength(2);
    expect(Vocabulary.fromCaptions(train.flatMap(({ captions }) => captions)).words).toEqual([
      '<pad>',
      'red',
    ]);
  });

  it('of one picture is not', async () => {
    const folder = await folderWith('{"file_name":"a.png","caption":"red","split":"train"}');
    await expect(readTrainableDataset(folder)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('Expected at least 2 pictures to train on'),
    });
  });

  it('that is none says what there could be', async () => {
    const folder = temporaryFolder({ 'notes.md': 'nothing' });
    for (const place of [folder, join(folder, 'lost'), join(folder, 'notes.md')]) {
      await expect(detectFormat(place)).rejects.toMatchObject({
        code: 'DATASET_INVALID',
        hint: expect.stringMatching(/metadata\.jsonl.*\.txt beside each picture/),
      });
    }
  });

  it('that is none says what is there', async () => {
    const place = temporaryFolder({ 'a.jpg': '', 'captions.csv': '', 'b.jpg': '' });
    await expect(detectFormat(place)).rejects.toThrow(
      /but it has only files in \.jpg, \.csv\. Give a folder/,
    );
    await expect(detectFormat(temporaryFolder())).rejects.toThrow(/but it is empty\. /);
    await expect(detectFormat(join(place, 'c'))).rejects.toThrow(/but there is nothing\. /);
    await expect(detectFormat(join(place, 'a.jpg'))).rejects.toThrow(/but found a file of another kind\. /);
  });

  it('is what --format says', async () => {
    const folder = await folderWith(both);
    putFiles(folder, { 'a.txt': 'a red wall' });
    expect(await detectFormat(folder)).toBe('image-folder');
    const { images } = await readDataset(folder, { format: 'text-files' });
    expect(images.map(({ captions }) => captions)).toEqual([['a red wall']]);
  });
});
