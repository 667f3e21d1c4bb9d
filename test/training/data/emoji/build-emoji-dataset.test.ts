import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { buildEmojiDataset } from '../../../../src/training/data/emoji/build-emoji-dataset.js';
import type { SelectedEmoji } from '../../../../src/training/data/emoji/select-emoji.js';
import { writeEmojiDataset } from '../../../../src/training/data/emoji/write-emoji-dataset.js';
import { loadImages } from '../../../../src/training/data/load-images.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { temporaryFolder } from '../../../temporary-folder.js';

const emoji: SelectedEmoji[] = [
  { hexcode: '2764', group: 'smileys-emotion', captions: ['red heart', 'love'], asset: 'assets/2764.webp' },
  { hexcode: '1f34f', group: 'food-drink', captions: ['green apple'], asset: 'assets/1f34f.webp' },
];

/** Half transparent, half of one colour. */
async function webp(color: { r: number; g: number; b: number }): Promise<Buffer> {
  const half = await sharp({ create: { width: 32, height: 64, channels: 3, background: color } })
    .png()
    .toBuffer();
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  return await sharp({ create: { width: 64, height: 64, channels: 4, background: clear } })
    .composite([{ input: half, gravity: 'west' }])
    .webp({ lossless: true })
    .toBuffer();
}

async function pictures(): Promise<Map<string, Uint8Array>> {
  return new Map([
    ['assets/2764.webp', await webp({ r: 255, g: 0, b: 0 })],
    ['assets/1f34f.webp', await webp({ r: 0, g: 255, b: 0 })],
  ]);
}

describe('writeEmojiDataset', () => {
  it('writes an image folder on white that the reader reads', async () => {
    const folder = join(temporaryFolder(), 'deep', 'emoji');
    const progress: string[] = [];
    const written = await writeEmojiDataset(emoji, await pictures(), {
      folder,
      size: 16,
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    expect(progress).toEqual(['2/2']);
    const { images, train, test } = await readDataset(folder);
    expect(written).toEqual({ folder, train: train.length, test: test.length });
    expect(images.map(({ captions }) => captions)).toEqual([['red heart', 'love'], ['green apple']]);
    const { pixels } = await loadImages(images, { size: 16 });
    expect([...pixels.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect([...pixels.subarray(15 * 3, 16 * 3)]).toEqual([255, 255, 255]);
    const [line] = (await readFile(join(folder, 'metadata.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(line ?? '')).toEqual({
      file_name: 'images/smileys-emotion/2764.png',
      captions: ['red heart', 'love'],
      group: 'smileys-emotion',
      split: 'train',
      hexcode: '2764',
    });
  });

  it('leaves nothing behind when a picture is broken or the caller aborts', async () => {
    const parent = temporaryFolder();
    const options = { folder: join(parent, 'emoji'), size: 16 };
    const broken = new Map([...(await pictures()), ['assets/1f34f.webp', Buffer.from('RIFF')]]);
    await expect(writeEmojiDataset(emoji, broken, options)).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('assets/1f34f.webp'),
    });
    const signal = AbortSignal.abort();
    await expect(writeEmojiDataset(emoji, await pictures(), { ...options, signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(await readdir(parent)).toEqual([]);
  });

  it('refuses a place that cannot be written', async () => {
    const parent = temporaryFolder();
    await writeFile(join(parent, 'file'), '');
    const options = { folder: join(parent, 'file', 'emoji'), size: 16 };
    await expect(writeEmojiDataset(emoji, await pictures(), options)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
    });
  });
});

describe('buildEmojiDataset', () => {
  // A wrong option must be refused before anything is fetched.
  const npm = '/nowhere/npm';

  it.each([0, 15, 1025, 64.5, Number.NaN])('refuses the size %d', async (size) => {
    const out = join(temporaryFolder(), 'emoji');
    await expect(buildEmojiDataset({ out, size, npm })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('refuses a folder that exists', async () => {
    const out = join(temporaryFolder(), 'emoji');
    await mkdir(out);
    await expect(buildEmojiDataset({ out, npm })).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });

  it('writes nothing when the packages cannot be fetched', async () => {
    const parent = temporaryFolder();
    await expect(buildEmojiDataset({ out: join(parent, 'emoji'), npm })).rejects.toMatchObject({
      code: 'NETWORK',
    });
    expect(await readdir(parent)).toEqual([]);
  });
});
