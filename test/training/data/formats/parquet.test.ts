import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCompressors, loadHyparquet } from '../../../../src/training/data/formats/load-hyparquet.js';
import { loadImages } from '../../../../src/training/data/load-images.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { temporaryFolder } from '../../../temporary-folder.js';

/** Written by pyarrow: see make-parquet.py there. */
const FIXTURES = new URL('../../../fixtures/parquet', import.meta.url).pathname;
const EMOJI = new URL('../../../fixtures/emoji-sample', import.meta.url).pathname;

function hub(...names: string[]): { folder: string; cache: string } {
  const folder = temporaryFolder();
  for (const name of names) cpSync(join(FIXTURES, name), join(folder, 'data', name));
  return { folder, cache: temporaryFolder() };
}

describe('Parquet', () => {
  it('is read as hubs publish it', async () => {
    const { folder, cache } = hub('train-00000-of-00001.parquet', 'test-00000-of-00001.parquet');
    const { format, images, warnings } = await readDataset(folder, { cache });
    expect(format).toBe('parquet');
    const train = 'data/train-00000-of-00001.parquet';
    expect(images.map(({ fileName, split, classId }) => [fileName, split, classId])).toEqual([
      ['data/test-00000-of-00001.parquet/1', 'test', 7],
      ['data/test-00000-of-00001.parquet/2', 'test', 8],
      [`${train}/1`, 'train', 3],
      [`${train}/2`, 'train', 1],
      [`${train}/3`, 'train', 2],
    ]);
    expect(images[0]?.captions.slice(0, 2)).toEqual(['grinning face', 'cheerful']);
    expect(images[4]?.captions).toEqual(['red heart']);
    expect(warnings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '4 has no caption and was left out',
      '5 has no picture and was left out',
    ]);
    const emoji = await readDataset(EMOJI);
    const same = await loadImages(emoji.images.slice(0, 3), { size: 64 });
    const unpacked = await loadImages(images.slice(2), { size: 64 });
    expect(Buffer.from(unpacked.pixels).equals(Buffer.from(same.pixels))).toBe(true);
    // The second time nothing is unpacked.
    const again = readdirSync(cache);
    expect(again).toHaveLength(2);
    expect((await readDataset(folder, { cache })).images).toEqual(images);
    expect(readdirSync(cache)).toEqual(again);
  });

  it('takes the columns that are named', async () => {
    const { folder, cache } = hub('odd.parquet');
    await expect(readDataset(folder, { cache })).rejects.toThrow(
      /odd\.parquet: expected a column of pictures, but there are thing, sentences, note; name it with --image-column/,
    );
    const guessed = await readDataset(folder, { cache, imageColumn: 'thing' });
    expect(guessed.images[0]?.captions).toEqual(['grinning face', 'cheerful']);
    const named = await readDataset(folder, { cache, imageColumn: 'thing', captionColumns: ['note'] });
    expect(named.images.map(({ captions }) => captions)).toEqual([['first note'], ['zweite Notiz ü']]);
    await expect(
      readDataset(folder, { cache, imageColumn: 'thing', captionColumns: ['words'] }),
    ).rejects.toThrow(/expected a column 'words'/);
  });

  it('is refused when it is damaged, and leaves nothing in the cache', async () => {
    const { folder, cache } = hub('train-00000-of-00001.parquet');
    writeFileSync(join(folder, 'data/train-00000-of-00001.parquet'), 'PAR1 and nothing else');
    await expect(readDataset(folder, { cache })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('is no readable Parquet file'),
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  it('says which package is missing', async () => {
    const lost = () => Promise.reject(new Error('Cannot find package'));
    await expect(loadHyparquet(lost)).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      hint: 'Run: npm install hyparquet@1.',
    });
    await expect(loadCompressors('ZSTD', lost)).rejects.toThrow(
      /compressed by ZSTD.*hyparquet-compressors@1/,
    );
  });
});
