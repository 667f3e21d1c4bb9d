import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pixelsFromTensor } from '../../../src/sdk/image/pixels-from-tensor.js';
import { contactSheet, GeneratedImage, RasterImage } from '../../../src/sdk/index.js';
import { sharpImages, sharpImagesFrom } from '../../../src/sdk/runtime/node/sharp-images.js';
import { temporaryFolder } from '../../temporary-folder.js';

function plain(red: number, width: number, height: number): RasterImage {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < data.length; i += 4) {
    data.set([red, 0, 0, 255], i);
  }
  return new RasterImage({ data, width, height }, sharpImages);
}

function redAt(image: RasterImage, x: number, y: number): number | undefined {
  return image.data[(y * image.width + x) * 4];
}

describe('pixelsFromTensor', () => {
  it('maps [-1, 1] to 0..255, rounds, clamps, and puts the channels side by side', () => {
    const values = Float32Array.of(-1, 1, 0.5, -0.5, 7, -7);
    expect(Array.from(pixelsFromTensor(values, 2, 1))).toEqual([0, 191, 255, 255, 255, 64, 0, 255]);
  });

  it('rounds halves to even', () => {
    // (x + 1) * 127.5 of these is 0.5, 1.5 and 2.5; all exact in float32 but for the division, which sharpens it.
    const halves = [0, 2].map((k) => Math.fround((k + 0.5) / 127.5 - 1));
    const exact = halves.map((x) => (x + 1) * 127.5);
    const pixels = pixelsFromTensor(Float32Array.of(...halves, 0, 0, 0, 0), 2, 1);
    expect([pixels[0], pixels[4]]).toEqual(exact.map((value) => new Uint8ClampedArray([value])[0]));
  });
});

describe('RasterImage', () => {
  it('is accepted where the web takes pixels', () => {
    const image = plain(1, 3, 2);
    expect(image.data).toBeInstanceOf(Uint8ClampedArray);
    expect(image.data).toHaveLength(3 * 2 * 4);
  });

  it('writes a file whole, replacing what was there, and makes the folders', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a', 'b', 'picture.png');
    await plain(9, 3, 2).toFile(path);
    await plain(77, 3, 2).toFile(path);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['picture.png']);
    const { data } = await sharp(readFileSync(path)).raw().toBuffer({ resolveWithObject: true });
    expect(data[0]).toBe(77);
  });

  it.each([
    ['a file in the place of the folder', 'file/picture.png'],
    ['a folder in the place of the file', 'folder'],
  ])('refuses %s and leaves nothing behind', async (_, path) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'kept');
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'folder', 'inside'), 'kept');
    await expect(plain(1, 2, 2).toFile(join(folder, path))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      details: { path: join(folder, path) },
    });
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder']);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('kept');
  });

  it.skipIf(!existsSync('/proc'))('refuses /proc at once (skipped where there is none)', async () => {
    // A recursive mkdir never returns here on Node 20.
    await expect(plain(1, 2, 2).toFile('/proc/wordbrush/picture.png')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
    });
  });
});

describe('enlarge', () => {
  it('makes a square of each pixel', () => {
    const image = plain(1, 2, 1);
    image.data.set([10, 20, 30, 255, 40, 50, 60, 255]);
    const large = image.enlarge(2);
    expect([large.width, large.height]).toEqual([4, 2]);
    const row = [10, 20, 30, 255, 10, 20, 30, 255, 40, 50, 60, 255, 40, 50, 60, 255];
    expect([...large.data]).toEqual([...row, ...row]);
  });

  it.each([0, 1.5, 65, Number.NaN])('refuses the factor %s', (factor) => {
    expect(() => plain(1, 2, 2).enlarge(factor)).toThrow(/Expected factor: an integer from 1 to 64/);
  });
});

describe('contactSheet', () => {
  it('lays pictures out row by row on white', async () => {
    const sheet = contactSheet([plain(1, 4, 4), plain(2, 4, 4), plain(3, 4, 4)], { columns: 2, gap: 1 });
    expect([sheet.width, sheet.height]).toEqual([11, 11]);
    expect(redAt(sheet, 0, 0)).toBe(255);
    expect(redAt(sheet, 1, 1)).toBe(1);
    expect(redAt(sheet, 4, 4)).toBe(1);
    expect(redAt(sheet, 5, 4)).toBe(255);
    expect(redAt(sheet, 6, 1)).toBe(2);
    expect(redAt(sheet, 1, 6)).toBe(3);
    expect(redAt(sheet, 6, 6)).toBe(255);
    expect((await sharp(await sheet.toPNG()).metadata()).channels).toBe(3);
  });

  it('is about square by default, and puts a smaller picture in the middle of its cell', () => {
    const sheet = contactSheet([plain(1, 8, 8), plain(2, 4, 4), plain(3, 8, 8), plain(4, 8, 8)]);
    expect([sheet.width, sheet.height]).toEqual([40, 40]);
    expect(redAt(sheet, 24, 8)).toBe(255);
    expect(redAt(sheet, 26, 10)).toBe(2);
  });

  it('has no more columns than pictures', () => {
    expect(contactSheet([plain(1, 4, 4)], { columns: 9, gap: 0 }).width).toBe(4);
  });

  it('keeps its pictures apart from each other and from the sheet', () => {
    const image = plain(1, 2, 2);
    const sheet = contactSheet([image], { gap: 0 });
    sheet.data.fill(0);
    expect(image.data[0]).toBe(1);
  });

  it.each<[object, string]>([
    [{ columns: 0 }, 'Expected columns: an integer from 1 to 1000, received 0'],
    [{ gap: -1 }, 'Expected gap: an integer from 0 to 1000, received -1'],
    [{ rows: 2 }, 'received "rows"'],
  ])('refuses %j', (options, message) => {
    expect(() => contactSheet([plain(1, 2, 2)], options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
    );
  });

  it('refuses to lay out nothing', () => {
    expect(() => contactSheet([])).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('other formats', () => {
  it.each([
    ['jpg', 'jpeg'],
    ['webp', 'webp'],
    ['avif', 'heif'],
    ['png', 'png'],
  ])('a file called .%s is one', async (extension, format) => {
    const path = join(temporaryFolder(), `picture.${extension}`);
    await plain(200, 16, 8).toFile(path);
    expect(await sharp(path).metadata()).toMatchObject({ format, width: 16, height: 8 });
  });

  it('are smaller with less quality', async () => {
    const image = plain(0, 64, 64);
    for (let i = 0; i < image.data.length; i += 4) image.data[i] = (i * 7919) % 256;
    const [fine, coarse] = [await image.toJPEG({ quality: 95 }), await image.toJPEG({ quality: 10 })];
    expect(coarse.length).toBeLessThan(fine.length);
    expect((await image.toWebP()).length).toBeGreaterThan(0);
    expect((await image.toBlob()).type).toBe('image/png');
    await expect(image.toJPEG({ quality: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('resizes, keeping the proportions', async () => {
    const smaller = await plain(80, 16, 8).resize(4);
    expect([smaller.width, smaller.height]).toEqual([4, 2]);
    expect(redAt(smaller, 1, 1)).toBe(80);
    const other = await plain(80, 16, 8).resize(3, 9);
    expect([other.width, other.height]).toEqual([3, 9]);
    await expect(plain(1, 2, 2).resize(0)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('are refused without the package sharp, by its name', async () => {
    const files = sharpImagesFrom(() => Promise.reject(new Error("Cannot find package 'sharp'")));
    const image = new RasterImage({ data: new Uint8ClampedArray(4), width: 1, height: 1 }, files);
    for (const call of [() => image.toJPEG(), () => image.resize(2), () => files.decode('x.png')]) {
      await expect(call()).rejects.toMatchObject({
        code: 'PACKAGE_MISSING',
        message: expect.stringContaining('npm install sharp'),
      });
    }
    expect((await image.toPNG()).length).toBeGreaterThan(0);
  });
});

describe('GeneratedImage', () => {
  it('carries its seed', () => {
    const pixels = { data: new Uint8ClampedArray(4), width: 1, height: 1 };
    const image = new GeneratedImage(pixels, sharpImages, { seed: 7, prompt: 'a dot' });
    expect(image).toMatchObject({ seed: 7, prompt: 'a dot' });
    expect(image).toBeInstanceOf(RasterImage);
  });
});
