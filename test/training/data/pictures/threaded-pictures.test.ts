import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadImages } from '../../../../src/training/data/load-images.js';
import { DecodedPictures } from '../../../../src/training/data/pictures/decoded-pictures.js';
import { ThreadedPictures } from '../../../../src/training/data/pictures/threaded-pictures.js';
import { atSide } from '../../../../src/training/data/pictures/training-pictures.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { temporaryFolder } from '../../../temporary-folder.js';

const EMOJI = new URL('../../../fixtures/emoji-sample', import.meta.url).pathname;
const sides = [16, 32];

async function threaded(threads: number): Promise<ThreadedPictures> {
  const { train } = await readDataset(EMOJI);
  const pictures = new ThreadedPictures(train, { sides, threads });
  onTestFinished(() => pictures.close());
  return pictures;
}

describe('pictures decoded by threads', () => {
  it('are the ones decoded beforehand, however many threads there are', async () => {
    const { train } = await readDataset(EMOJI);
    const sets = await Promise.all(sides.map((size) => loadImages(train, { size })));
    const draws = [5, 0, 42, 5, 17].map((index, row) => ({ index, flip: row % 2 === 1 }));
    const wanted = await new DecodedPictures(sets).rows(draws);
    expect(wanted.map(({ length }) => length)).toEqual(sides.map((side) => 5 * side * side * 3));
    for (const threads of [1, 3]) {
      const pictures = await threaded(threads);
      expect(await pictures.rows(draws)).toEqual(wanted);
      expect(await atSide(pictures, 32).rows(draws)).toEqual([wanted[1]]);
    }
  }, 60_000);

  it('name the one that is broken, and go on', async () => {
    const { train } = await readDataset(EMOJI);
    const path = join(temporaryFolder(), 'broken.png');
    writeFileSync(path, 'no picture');
    const [first, second] = train;
    if (first === undefined || second === undefined) throw new RangeError('Expected pictures.');
    const pictures = new ThreadedPictures([first, { ...second, path }], { sides: [16], threads: 1 });
    onTestFinished(() => pictures.close());
    await expect(pictures.rows([{ index: 1, flip: false }])).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      details: { path, line: second.line },
    });
    expect(await pictures.rows([{ index: 0, flip: false }])).toHaveLength(1);
  }, 60_000);

  it('end at once, with pictures under way too', async () => {
    const pictures = await threaded(2);
    const draws = Array.from({ length: 43 }, (_, index) => ({ index, flip: false }));
    const lost = expect(pictures.rows(draws)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    await pictures.close();
    await lost;
    await expect(pictures.rows(draws)).rejects.toMatchObject({ code: 'WORKER_LOST' });
  }, 60_000);
});
