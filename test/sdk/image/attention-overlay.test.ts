import { describe, expect, it } from 'vitest';
import { glyphOf } from '../../../src/sdk/image/bitmap-font.js';
import { attentionOverlay, RasterImage } from '../../../src/sdk/index.js';
import { sharpImages } from '../../../src/sdk/runtime/node/sharp-images.js';

function grey(side: number): RasterImage {
  const data = new Uint8ClampedArray(side * side * 4).fill(128);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return new RasterImage({ data, width: side, height: side }, sharpImages);
}

function brightness(image: RasterImage, x: number, y: number): number {
  const place = (y * image.width + x) * 4;
  return [0, 1, 2].reduce((sum, channel) => sum + (image.data[place + channel] ?? 0), 0);
}

describe('attentionOverlay', () => {
  const map = { word: 'bird', data: Float32Array.of(0, 0, 0, 1), side: 2 };

  it('is hottest where the map is largest, and keeps the picture without opacity', () => {
    const hot = attentionOverlay(grey(64), map, { label: false });
    expect([hot.width, hot.height]).toEqual([64, 64]);
    expect(brightness(hot, 60, 60)).toBeGreaterThan(brightness(hot, 32, 32));
    expect(brightness(hot, 32, 32)).toBeGreaterThan(brightness(hot, 3, 3));
    expect(attentionOverlay(grey(64), map, { label: false, opacity: 0 }).data).toEqual(grey(64).data);
  });

  it('writes the word below, cut where it is too long, whatever its letters', () => {
    const labelled = attentionOverlay(grey(64), map);
    expect(labelled.height).toBe(64 + 11);
    const strip = labelled.data.subarray(64 * 64 * 4);
    const dark = strip.filter((value, index) => index % 4 === 0 && value === 0).length;
    const dots = [...'bird']
      .flatMap(glyphOf)
      .reduce((sum, row) => sum + row.toString(2).replaceAll('0', '').length, 0);
    expect(dark).toBe(dots);
    for (const word of ['a'.repeat(500), 'жёлтый', '', '鳥']) {
      expect(attentionOverlay(grey(16), { ...map, word }).width).toBe(16);
    }
  });

  it('copes with a map of nothing, and refuses an opacity that is none', () => {
    const nothing = { ...map, data: new Float32Array(4) };
    expect(attentionOverlay(grey(8), nothing).data.every(Number.isFinite)).toBe(true);
    for (const opacity of [-0.1, 1.1, Number.NaN]) {
      expect(() => attentionOverlay(grey(8), map, { opacity })).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      );
    }
  });
});
