import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { splitByName } from '../../../../src/training/data/test-split.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { plainPng, putFiles } from '../make-pictures.js';

const sample = new URL('../../../../../shared/data/coco-sample', import.meta.url).pathname;

const annotations = {
  info: { year: 2017 },
  images: [
    { id: 7, file_name: '000007.png', height: 8, width: 8 },
    { id: 9, file_name: '000009.png', height: 8, width: 8 },
  ],
  annotations: [
    { image_id: 9, id: 1, caption: 'A red wall.' },
    { image_id: 7, id: 2, caption: ' A blue wall \n' },
    { image_id: 9, id: 3, caption: 'Red paper' },
  ],
};

async function cocoFolder(file: string, content: unknown): Promise<string> {
  const folder = temporaryFolder();
  const png = await plainPng('red');
  putFiles(folder, {
    [`annotations/${file}.json`]: JSON.stringify(content),
    'train2017/000007.png': png,
    'train2017/000009.png': png,
    'val2017/000007.png': png,
    'val2017/000009.png': png,
  });
  return folder;
}

describe("COCO's captions", () => {
  it('are read with all captions of a picture, split by the name of the file', async () => {
    const folder = await cocoFolder('captions_train2017', annotations);
    const val = {
      images: [{ id: 7, file_name: '000007.png' }],
      annotations: [{ image_id: 7, caption: 'A wall' }],
    };
    putFiles(folder, { 'annotations/captions_val2017.json': JSON.stringify(val) });
    const { format, images } = await readDataset(folder);
    expect(format).toBe('coco');
    expect(images.map(({ fileName, captions, split }) => [fileName, captions, split])).toEqual([
      ['train2017/000007.png', ['A blue wall'], 'train'],
      ['train2017/000009.png', ['A red wall.', 'Red paper'], 'train'],
      ['val2017/000007.png', ['A wall'], 'test'],
    ]);
    expect(images[1]).toMatchObject({
      line: 2,
      listedIn: join(folder, 'annotations/captions_train2017.json'),
    });
    const alone = await readDataset(join(folder, 'annotations/captions_train2017.json'));
    expect(alone.images).toEqual(images.slice(0, 2));
  });

  it('of a test split alone are split by name', async () => {
    const folder = await cocoFolder('captions_val2017', annotations);
    const { images, warnings } = await readDataset(folder);
    expect(images.map(({ split }) => split)).toEqual(
      ['val2017/000007.png', 'val2017/000009.png'].map(splitByName),
    );
    expect(warnings).toMatchObject([{ message: expect.stringContaining('test split alone') }]);
  });

  it('leave out images without captions and captions without a word', async () => {
    const folder = await cocoFolder('captions_train2017', {
      ...annotations,
      annotations: [
        { image_id: 9, caption: 'red' },
        { image_id: 7, caption: '?!' },
        { image_id: 8, caption: 'lost' },
      ],
    });
    const { images, warnings } = await readDataset(folder);
    expect(images.map(({ fileName }) => fileName)).toEqual(['train2017/000009.png']);
    expect(warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '2 is an annotation without a word and was left out',
      '3 is an annotation of image 8, which the file does not list',
      '1 is an image without captions (000007.png) and was left out',
    ]);
  });

  it('are refused when they are damaged, or a picture is missing', async () => {
    const noImages = await cocoFolder('captions_train2017', { annotations: [] });
    await expect(readDataset(noImages)).rejects.toThrow(/captions_train2017\.json: .*images/);
    const missing = { ...annotations, images: [{ id: 7, file_name: 'x.png' }] };
    const folder = await cocoFolder('captions_train2017', missing);
    await expect(readDataset(folder)).rejects.toThrow(
      /captions_train2017\.json:1: expected the picture x\.png/,
    );
    await expect(readDataset(temporaryFolder(), { format: 'coco' })).rejects.toThrow(
      /annotations\/captions_/,
    );
  });

  it.skipIf(!existsSync(sample))('are read of the published sample (where ../shared is there)', async () => {
    const { train, test, warnings } = await readDataset(sample);
    expect([train.length, test.length]).toEqual([12, 12]);
    expect(train.every(({ captions }) => captions.length === 5)).toBe(true);
    expect(warnings).toEqual([]);
  });
});
