import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createCrc32 } from '../../../src/sdk/image/crc32.js';
import { encodePNG } from '../../../src/sdk/image/encode-png.js';
import { uniformNoise } from '../../../src/sdk/noise/index.js';

async function decode(
  png: Uint8Array,
): Promise<{ pixels: number[]; channels: number; width: number; height: number }> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return { pixels: Array.from(data), channels: info.channels, width: info.width, height: info.height };
}

/** A gradient, different in each channel. */
function smooth(width: number, height: number): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => {
    const pixel = Math.floor(i / 4);
    return i % 4 === 3 ? 255 : (pixel % width) * 3 + Math.floor(pixel / width) * (1 + (i % 4));
  });
}

describe('encodePNG', () => {
  it('round-trips any pixels through another decoder', async () => {
    const picture = fc
      .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          pixels: fc.uint8ClampedArray({ minLength: width * height * 4, maxLength: width * height * 4 }),
        }),
      );
    await fc.assert(
      fc.asyncProperty(picture, async ({ pixels, width, height }) => {
        // One transparent pixel, so that the alpha channel stays.
        pixels[3] = 7;
        const decoded = await decode(await encodePNG(pixels, width, height));
        expect(decoded).toEqual({ pixels: Array.from(pixels), channels: 4, width, height });
      }),
      { numRuns: 150 },
    );
  });

  it('leaves out the alpha channel of an opaque picture', async () => {
    const pixels = smooth(40, 30);
    const decoded = await decode(await encodePNG(pixels, 40, 30));
    expect(decoded.channels).toBe(3);
    expect(decoded.pixels).toEqual(Array.from(pixels).filter((_, i) => i % 4 !== 3));
  });

  it('filters: a smooth picture becomes a fraction of its size', async () => {
    const png = await encodePNG(smooth(64, 64), 64, 64);
    expect(png.length).toBeLessThan((64 * 64 * 3) / 20);
  });

  it('takes a picture as large as 2048 x 2048', async () => {
    const side = 2048;
    const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
    uniformNoise(1, 0, 1000).forEach((value, i) => {
      pixels[i * 4] = value * 255;
    });
    const decoded = await sharp(await encodePNG(pixels, side, side))
      .ensureAlpha()
      .raw()
      .toBuffer();
    expect(Buffer.compare(decoded, Buffer.from(pixels.buffer))).toBe(0);
  });

  it('repeats itself', async () => {
    expect(await encodePNG(smooth(9, 9), 9, 9)).toEqual(await encodePNG(smooth(9, 9), 9, 9));
  });
});

describe('createCrc32', () => {
  it('gives the check value of CRC-32', () => {
    expect(createCrc32()(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});
