import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packTar } from 'modern-tar';
import { describe, expect, it } from 'vitest';
import { ProblemLog } from '../../../../src/training/data/dataset-problems.js';
import { loadImages } from '../../../../src/training/data/load-images.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { plainPng, putFiles } from '../make-pictures.js';

/** A shard, packed by another program. */
async function shard(files: readonly (readonly [string, string | Uint8Array])[]): Promise<Uint8Array> {
  return packTar(
    files.map(([name, content]) => {
      const body = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return { header: { name, size: body.length }, body };
    }),
  );
}

const long = `${'deep/'.repeat(40)}picture`;

describe('WebDataset', () => {
  it('is read from its shards', async () => {
    const [red, blue] = [await plainPng('red'), await plainPng('blue')];
    const folder = temporaryFolder();
    putFiles(folder, {
      'train-000.tar': await shard([
        ['000.png', red],
        ['000.txt', 'a red square\r\nred\r\n'],
        ['000.cls', '3\n'],
        ['001.json', JSON.stringify({ caption: 'a blue square', class_id: 4, bbox: [1, 2, 3, 4] })],
        ['001.PNG', blue],
        [`${long}.png`, blue],
        [`${long}.txt`, 'blue'],
      ]),
      'val/000.tar': await shard([
        ['000.png', blue],
        ['000.txt', 'blue'],
      ]),
    });
    const { format, images, warnings } = await readDataset(folder);
    expect(format).toBe('webdataset');
    expect(warnings).toEqual([]);
    expect(
      images.map(({ fileName, captions, split, classId }) => ({ fileName, captions, split, classId })),
    ).toEqual([
      { fileName: 'train-000.tar/000.png', captions: ['a red square', 'red'], split: 'train', classId: 3 },
      { fileName: 'train-000.tar/001.png', captions: ['a blue square'], split: 'train', classId: 4 },
      { fileName: `train-000.tar/${long}.png`, captions: ['blue'], split: 'train', classId: undefined },
      { fileName: 'val/000.tar/000.png', captions: ['blue'], split: 'test', classId: undefined },
    ]);
    expect(images[1]).toMatchObject({ line: 2, box: { left: 1, top: 2, width: 3, height: 4 } });
    const { pixels } = await loadImages(images.slice(0, 3), { size: 2 });
    expect([...pixels.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect([...pixels.subarray(24, 27)]).toEqual([0, 0, 255]);
  });

  it('leaves out samples without picture or caption', async () => {
    const folder = temporaryFolder();
    const png = await plainPng('red');
    putFiles(folder, {
      '0.tar': await shard([
        ['a.png', png],
        ['b.txt', 'no picture'],
        ['c.png', png],
        ['c.json', '{'],
        ['d.png', png],
        ['d.txt', 'kept'],
        ['._d.png', png],
      ]),
    });
    const { images, warnings } = await readDataset(join(folder, '0.tar'));
    expect(images.map(({ fileName }) => fileName)).toEqual(['0.tar/d.png']);
    expect(warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      "1 has no caption for 'a', which was left out",
      "2 has no picture for 'b', which was left out",
      expect.stringContaining('3 has a c.json that is no JSON object'),
      "3 has no caption for 'c', which was left out",
    ]);
  });

  it('is refused when a file comes twice or a shard is cut off', async () => {
    const folder = temporaryFolder();
    const png = await plainPng('red');
    const good = await shard([
      ['a.png', png],
      ['a.txt', 'red'],
    ]);
    const twice = await shard([
      ['a.png', png],
      ['a.txt', 'red'],
      ['a.png', png],
    ]);
    writeFileSync(join(folder, '0.tar'), good);
    writeFileSync(join(folder, '1.tar'), twice);
    await expect(readDataset(folder)).rejects.toThrow(/1\.tar:1: has 'a\.png' twice/);
    writeFileSync(join(folder, '1.tar'), good.subarray(0, 600));
    await expect(readDataset(folder)).rejects.toThrow(/1\.tar: is no readable tar archive/);
    writeFileSync(join(folder, '1.tar'), 'no archive'.repeat(100));
    const log = new ProblemLog(false);
    expect((await readDataset(folder, {}, log)).images).toHaveLength(1);
    expect(log.problems).toMatchObject([{ severity: 'error', path: join(folder, '1.tar') }]);
  });
});
