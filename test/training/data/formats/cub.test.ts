import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemLog } from '../../../../src/training/data/dataset-problems.js';
import { loadImages } from '../../../../src/training/data/load-images.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { splitByName } from '../../../../src/training/data/test-split.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { plainPng, putFiles } from '../make-pictures.js';

const sample = new URL('../../../../../shared/data/cub-200-2011-sample', import.meta.url).pathname;
const gull = '059.Gull/Gull_0001';

async function cubFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const folder = temporaryFolder();
  const png = await plainPng('white', 40, 20);
  putFiles(folder, {
    'CUB_200_2011/images.txt': `1 ${gull}.jpg\r\n2 002.Owl/Owl_2.jpg\r\n`,
    'CUB_200_2011/bounding_boxes.txt': '1 10.0 5.0 8.0 6.0\n2 0.0 0.0 40.0 20.0\n',
    'CUB_200_2011/image_class_labels.txt': '1 59\n2 2\n',
    'CUB_200_2011/train_test_split.txt': '1 0\n2 1\n',
    [`CUB_200_2011/images/${gull}.jpg`]: png,
    'CUB_200_2011/images/002.Owl/Owl_2.jpg': png,
    [`text/${gull}.txt`]: Buffer.from('a white gull\n\nits beak is caf\u00e9 brown\n', 'latin1'),
    'text/002.Owl/Owl_2.txt': 'an owl\n',
    ...files,
  });
  return folder;
}

describe('CUB-200-2011', () => {
  it('is read as published', async () => {
    const folder = await cubFolder();
    const { format, images, warnings } = await readDataset(folder);
    expect(format).toBe('cub');
    expect(images).toEqual([
      {
        fileName: `images/${gull}.jpg`,
        path: join(folder, 'CUB_200_2011/images', `${gull}.jpg`),
        box: { left: 10, top: 5, width: 8, height: 6 },
        captions: ['a white gull', 'its beak is café brown'],
        split: 'test',
        group: '059.Gull',
        classId: 59,
        listedIn: join(folder, 'CUB_200_2011/images.txt'),
        line: 1,
      },
      expect.objectContaining({ captions: ['an owl'], split: 'train', classId: 2, line: 2 }),
    ]);
    expect(warnings).toMatchObject([{ path: join(folder, `text/${gull}.txt`), line: 3 }]);
    expect((await readDataset(join(folder, 'CUB_200_2011'))).images).toEqual(images);
  });

  it('is split by name where its split is missing, and says what is missing', async () => {
    const folder = temporaryFolder();
    putFiles(folder, {
      'images.txt': '1 001.Owl/Owl.png',
      'images/001.Owl/Owl.png': await plainPng('white'),
      'text/001.Owl/Owl.txt': 'an owl',
    });
    const { images, warnings } = await readDataset(folder);
    expect(images[0]).toMatchObject({ split: splitByName('images/001.Owl/Owl.png'), classId: undefined });
    expect(images[0]?.box).toBeUndefined();
    expect(warnings.map(({ path }) => path.slice(folder.length + 1))).toEqual([
      'bounding_boxes.txt',
      'image_class_labels.txt',
      'train_test_split.txt',
    ]);
  });

  it.each([
    ['images.txt', 'no number here', 1],
    ['images.txt', `1 ${gull}.jpg\n2 ../../secret.jpg`, 2],
    ['images.txt', `1 ${gull}.jpg\n2 ${gull}.jpg`, 2],
    ['images.txt', '1 003.Auk/Auk.jpg', 1],
    ['bounding_boxes.txt', '1 10.0 5.0 8.0\n', 1],
    ['train_test_split.txt', '1 0\n2 yes\n', 2],
  ])('is refused with %s: %j', async (name, content, line) => {
    const folder = await cubFolder({ [`CUB_200_2011/${name}`]: content });
    const path = join(folder, 'CUB_200_2011', name);
    const expected = { code: 'DATASET_INVALID', details: { path, line } };
    await expect(readDataset(folder)).rejects.toMatchObject(expected);
    await expect(readDataset(folder)).rejects.toThrow(`${path}:${line}: `);
    const log = new ProblemLog(false);
    await readDataset(folder, {}, log);
    expect(log.problems).toContainEqual(expect.objectContaining({ severity: 'error', path, line }));
  });

  it('is refused without captions, and says where they come from', async () => {
    const folder = temporaryFolder({ 'images.txt': '1 a/b.jpg' });
    await expect(readDataset(folder)).rejects.toThrow(/text\/CLASS\/PICTURE\.txt/);
  });

  it.skipIf(!existsSync(sample))('reads the published sample (where ../shared is there)', async () => {
    const { images, train, test, warnings } = await readDataset(sample);
    expect(images).toHaveLength(100);
    expect(train.length + test.length).toBe(100);
    expect(new Set(images.map(({ classId }) => classId)).size).toBe(10);
    expect(images.every(({ captions, box }) => captions.length === 10 && box !== undefined)).toBe(true);
    expect(warnings).toEqual([]);
    const { count } = await loadImages(images.slice(0, 8), { size: 64 });
    expect(count).toBe(8);
  });
});
