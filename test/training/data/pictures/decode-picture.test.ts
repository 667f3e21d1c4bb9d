import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../../src/training/data/pictures/decode-picture.js';
import { whyNotDecoded } from '../../../../src/training/data/pictures/why-not-decoded.js';
import { temporaryFolder } from '../../../temporary-folder.js';

/** The corner, as numbers, of a picture decoded at 4 pixels. */
async function corner(bytes: Uint8Array, name = 'picture.png'): Promise<number[]> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  const [pixels = new Uint8Array()] = await decodePicture({ path }, [4]);
  expect(pixels).toHaveLength(4 * 4 * 3);
  return [...pixels.subarray(0, 3)];
}

const red = { create: { width: 16, height: 16, channels: 3, background: '#e02020' } } as const;

/** Within so many of 256 levels. */
function expectColor(got: readonly number[], wanted: readonly number[], levels: number): void {
  for (const [index, value] of wanted.entries()) {
    expect(Math.abs((got[index] ?? Number.NaN) - value), `${got} for ${wanted}`).toBeLessThanOrEqual(levels);
  }
}

describe('a picture', () => {
  it('in CMYK becomes RGB', async () => {
    const brick = { create: { ...red.create, background: '#a06050' } };
    const cmyk = await sharp(brick).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    // There and back through a profile that prints.
    expectColor(await corner(cmyk), [0xa0, 0x60, 0x50], 12);
  });

  it('of 16 bits keeps its eight highest', async () => {
    const pixels = new Uint16Array(16 * 3).map((_, index) => [0xe020, 0x2010, 0x20ff][index % 3] ?? 0);
    const deep = await sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    expectColor(await corner(deep), [0xe0, 0x20, 0x20], 1);
  });

  it('that is animated is its first frame', async () => {
    const frame = (color: string) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: color } })
        .png()
        .toBuffer();
    const frames = await Promise.all(['#ff0000', '#0000ff', '#00ff00'].map(frame));
    for (const format of ['gif', 'webp'] as const) {
      const animated = sharp(frames, { join: { animated: true } });
      const bytes = await (format === 'gif' ? animated.gif() : animated.webp({ lossless: true })).toBuffer();
      expect((await sharp(bytes, { animated: true }).metadata()).pages).toBe(3);
      expectColor(await corner(bytes), [255, 0, 0], 2);
    }
  });

  it('of one pixel fills the square', async () => {
    const one = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#102030' } })
      .png()
      .toBuffer();
    expect(await corner(one)).toEqual([0x10, 0x20, 0x30]);
  });

  it('is known by its content, whatever its name ends in', async () => {
    const webp = await sharp(red).webp({ lossless: true }).toBuffer();
    expectColor(await corner(webp, 'picture.jpg'), [224, 32, 32], 2);
  });

  it('stands upright as its camera was held', async () => {
    const wide = await sharp(Uint8Array.from([255, 0, 0, 0, 0, 255]), {
      raw: { width: 2, height: 1, channels: 3 },
    })
      .resize(16, 8, { kernel: 'nearest' })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const path = join(temporaryFolder(), 'turned.png');
    writeFileSync(path, wide);
    const [pixels = new Uint8Array()] = await decodePicture({ path }, [4], 'fill');
    expectColor([...pixels.subarray(0, 3)], [255, 0, 0], 3);
    expectColor([...pixels.subarray(-3)], [0, 0, 255], 3);
  });

  it('with a box is cropped around it', async () => {
    // Blue, with a red square of 20 × 20 pixels in its middle.
    const spot = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const whole = await sharp({ create: { width: 100, height: 80, channels: 3, background: 'blue' } })
      .composite([{ input: spot, left: 40, top: 30 }])
      .png()
      .toBuffer();
    const path = join(temporaryFolder(), 'spot.png');
    writeFileSync(path, whole);
    const [pixels = new Uint8Array()] = await decodePicture(
      { path, box: { left: 40, top: 30, width: 20, height: 20 } },
      [30],
    );
    const at = (x: number, y: number) => [...pixels.subarray((y * 30 + x) * 3, (y * 30 + x) * 3 + 3)];
    expect([at(2, 2), at(15, 15), at(7, 15), at(3, 15)]).toEqual([
      [0, 0, 255],
      [255, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
    ]);
    await expect(
      decodePicture({ path, box: { left: 400, top: 30, width: 9, height: 9 } }, [4]),
    ).rejects.toThrow(/the box \[400, 30, 9, 9\] lies outside its 100×80 pixels/);
  });

  it('that is huge, or says so, is refused without its memory', async () => {
    const before = process.memoryUsage.rss();
    await expect(corner(pngClaiming(60_000, 60_000))).rejects.toThrow(
      /^it has more than 100 megapixels, or says so$/,
    );
    await expect(corner(pngClaiming(2000, 2000))).rejects.toThrow(/^it is damaged/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
  });

  it('is refused when it is text, empty, or cut off', async () => {
    const whole = await sharp(red).jpeg().toBuffer();
    const large = await sharp(red).resize(400).jpeg().toBuffer();
    for (const [bytes, why] of [
      [Buffer.from('not a picture'), /^it is no picture, or of a kind that is not read/],
      [Buffer.alloc(0), /^the file is empty$/],
      [whole.subarray(0, whole.length / 2), /^it is damaged/],
      [large.subarray(0, large.length - 400), /^it is damaged or cut short$/],
    ] as const) {
      await expect(corner(bytes)).rejects.toThrow(why);
    }
  });

  it('has its damage told on one short line', () => {
    const said =
      'Input buffer has corrupt header: source: bad seek to 1024\nsource: bad seek to 512\n\nheif: no';
    expect(whyNotDecoded(said)).toBe(
      'it is damaged (Input buffer has corrupt header: source: bad seek to 1024; source: bad seek to 512; heif: no)',
    );
    expect(whyNotDecoded(`${said}${' more'.repeat(100)}`)).toHaveLength('it is damaged ()'.length + 121);
  });
});

/** A PNG whose head claims more than its few bytes hold. */
function pngClaiming(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND'),
  ]);
}

function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function crc32(bytes: Buffer): number {
  let sum = 0xffff_ffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb8_8320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
