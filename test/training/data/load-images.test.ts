import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { CaptionedImage } from '../../../src/training/data/captioned-image.js';
import { loadImages } from '../../../src/training/data/load-images.js';
import { readDataset } from '../../../src/training/data/read-dataset.js';
import { temporaryFolder } from '../../temporary-folder.js';

const image = (path: string): CaptionedImage => {
  return {
    fileName: 'a.png',
    path,
    captions: ['a'],
    split: 'train',
    group: undefined,
    classId: undefined,
    listedIn: 'metadata.jsonl',
    line: 7,
  };
};

/** A PNG from raw pixels. */
async function pngOf(pixels: number[], width: number, channels: 1 | 2 | 3 | 4): Promise<CaptionedImage> {
  const path = join(temporaryFolder(), 'a.png');
  const raw = { width, height: pixels.length / width / channels, channels };
  await sharp(Uint8Array.from(pixels), { raw }).png().toFile(path);
  return image(path);
}

describe('loadImages', () => {
  it('keeps order and pixels of pictures that have the size', async () => {
    const { images } = await readDataset('test/fixtures/emoji-sample');
    const progress: number[] = [];
    const set = await loadImages(images, { size: 64, onProgress: (done) => progress.push(done) });
    expect([set.count, set.size, set.pixels.length]).toEqual([48, 64, 48 * 64 * 64 * 3]);
    expect(progress.at(-1)).toBe(48);
    for (const at of [0, 13, 47]) {
      const raw = await sharp(images[at]?.path).raw().toBuffer();
      const bytes = 64 * 64 * 3;
      expect(Buffer.from(set.pixels.subarray(at * bytes, (at + 1) * bytes)).equals(raw)).toBe(true);
    }
  });

  it('shows colours as they are: a red heart on white', async () => {
    const { images } = await readDataset('test/fixtures/emoji-sample');
    const { pixels } = await loadImages(
      images.filter(({ captions }) => captions[0] === 'red heart'),
      { size: 64 },
    );
    const at = (x: number, y: number) => [...pixels.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3)];
    expect(at(0, 0)).toEqual([255, 255, 255]);
    const [red = 0, green = 0, blue = 0] = at(32, 32);
    expect(red).toBeGreaterThan(180);
    expect(Math.max(green, blue)).toBeLessThan(110);
  });

  it('puts transparent pictures on white', async () => {
    const picture = await pngOf([0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 51], 2, 4);
    const { pixels } = await loadImages([picture], { size: 2 });
    expect([...pixels]).toEqual([255, 255, 255, 255, 0, 0, 255, 255, 255, 204, 204, 255]);
  });

  it('makes three channels of grey ones', async () => {
    const { pixels } = await loadImages([await pngOf([0, 100, 200, 255], 2, 1)], { size: 2 });
    expect([...pixels]).toEqual([0, 0, 0, 100, 100, 100, 200, 200, 200, 255, 255, 255]);
  });

  it('crops the middle to cover, or squashes to fill', async () => {
    const black = Array.from({ length: 8 * 2 * 3 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 0 : 255));
    const picture = await pngOf(black, 8, 3);
    const columns = ({ pixels, size }: { pixels: Uint8Array; size: number }) => {
      return Array.from({ length: size }, (_, x) => pixels[x * 3] ?? -1);
    };
    expect(columns(await loadImages([picture], { size: 2 }))).toEqual([0, 255]);
    const squashed = columns(await loadImages([picture], { size: 8, fit: 'fill' }));
    expect(squashed.slice(0, 3)).toEqual([0, 0, 0]);
    expect(squashed.slice(5)).toEqual([255, 255, 255]);
  });

  it('refuses a broken picture, naming file and line', async () => {
    const folder = temporaryFolder();
    const whole = await readFile('test/fixtures/emoji-sample/images/smileys-emotion/2764.png');
    for (const [name, bytes] of [
      ['text.png', Buffer.from('not a picture')],
      ['empty.png', Buffer.alloc(0)],
      ['truncated.png', whole.subarray(0, whole.length / 2)],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, bytes);
      await expect(loadImages([image(path)], { size: 64 })).rejects.toMatchObject({
        code: 'DATASET_INVALID',
        message: expect.stringContaining(name),
        details: { path, line: 7 },
      });
    }
  });

  it('stops when aborted', async () => {
    const { images } = await readDataset('test/fixtures/emoji-sample');
    const controller = new AbortController();
    const loading = loadImages(images, {
      size: 64,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(loading).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
