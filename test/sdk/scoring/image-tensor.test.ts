import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { sharpImages } from '../../../src/sdk/runtime/node/sharp-images.js';
import { readImage } from '../../../src/sdk/scoring/image-input.js';
import { imageTensor } from '../../../src/sdk/scoring/image-tensor.js';
import { resizeForTrunk } from '../../../src/training/encoders/damsm/resize-for-trunk.js';

function picture(width: number, height: number, valueAt: (x: number, y: number, channel: number) => number) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) {
      data[i * 4 + channel] = valueAt(i % width, Math.floor(i / width), channel);
    }
  }
  return { data, width, height };
}

describe('imageTensor', () => {
  it.each([
    ['high', 1, 2_000_000],
    ['wide', 2_000_000, 1],
  ])('looks only at the middle of a strip two million pixels %s', (_, width, height) => {
    const data = new Uint8ClampedArray(width * height * 4).fill(255);
    data.fill(0, 4_000_000, 4_000_004);
    const { data: values } = imageTensor({ data, width, height }, 272);
    // The middle lies between a white pixel and the black one behind it.
    expect(values[0]).toBeGreaterThan(0.99);
    expect(values[272 ** 2 - 1]).toBeLessThan(-0.99);
  });

  it('leaves a picture of the right size as it is', () => {
    const random = new RandomStream(1);
    const original = picture(5, 5, () => random.integer(256));
    const { data, dims } = imageTensor(original, 5);
    expect(dims).toEqual([1, 3, 5, 5]);
    for (let i = 0; i < 25; i++) {
      expect(data[25 + i]).toBe(Math.fround((original.data[i * 4 + 1] ?? 0) / 127.5 - 1));
    }
  });

  it('takes the middle square, and keeps plain colours plain', () => {
    // Red bars left and right of a green square.
    const wide = picture(12, 4, (x, _, channel) => (channel === (x >= 4 && x < 8 ? 1 : 0) ? 255 : 0));
    const { data } = imageTensor(wide, 8);
    const middle = data.slice(64 + 3 * 8 + 2, 64 + 3 * 8 + 6);
    expect([...middle]).toEqual([1, 1, 1, 1]);
    const high = imageTensor(
      picture(3, 9, (_, y) => (y >= 3 && y < 6 ? 90 : 0)),
      3,
    );
    expect(high.data[4]).toBeCloseTo(90 / 127.5 - 1, 6);
  });

  it('enlarges as the image encoder is trained with pixel centres', () => {
    const random = new RandomStream(2);
    const noise = picture(10, 10, () => random.integer(256));
    const data = Float32Array.from(imageTensor(noise, 40).data);
    const values = noise.data.filter((_, i) => i % 4 !== 3);
    const expected = tf.tidy(() => {
      const image = tf.tensor4d(
        Float32Array.from(values, (value) => value / 127.5 - 1),
        [1, 10, 10, 3],
      );
      return resizeForTrunk(image, { size: 40, alignCorners: false }).transpose([0, 3, 1, 2]).dataSync();
    });
    const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? 0))), 0);
    expect(worst).toBeLessThan(1e-6);
  });

  it.each([
    [40, 10],
    [33, 24],
    [256, 63],
  ])('averages %i pixels to %i, and so keeps a slope', (from, to) => {
    const slope = picture(from, from, (x, y, channel) => [x, y, 255 - x][channel] ?? 0);
    const { data } = imageTensor(slope, to);
    const scale = from / to;
    const edge = Math.ceil(scale);
    for (let y = edge; y < to - edge; y++) {
      for (let x = edge; x < to - edge; x++) {
        const at = (channel: number): number => ((data[(channel * to + y) * to + x] ?? 0) + 1) * 127.5;
        const [middleX, middleY] = [(x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5];
        expect(Math.abs(at(0) - middleX)).toBeLessThan(0.15);
        expect(Math.abs(at(1) - middleY)).toBeLessThan(0.15);
        expect(Math.abs(at(2) - (255 - middleX))).toBeLessThan(0.15);
      }
    }
  });
});

describe('readImage', () => {
  it('puts transparent pixels on white', async () => {
    const data = Uint8ClampedArray.of(0, 0, 0, 0, 100, 0, 0, 255, 0, 0, 0, 51, 0, 0, 0, 255);
    const { data: opaque } = await readImage({ data, width: 2, height: 2 }, sharpImages);
    expect([...opaque]).toEqual([255, 255, 255, 255, 100, 0, 0, 255, 204, 204, 204, 255, 0, 0, 0, 255]);
    const png = await sharp(data, { raw: { width: 2, height: 2, channels: 4 } })
      .png()
      .toBuffer();
    expect((await readImage(png, sharpImages)).data.slice(0, 4)).toEqual(
      Uint8ClampedArray.of(255, 255, 255, 255),
    );
  });
});
