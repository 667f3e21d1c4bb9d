import { describe, expect, it } from 'vitest';
import type { CaptionedImage } from '../../../src/training/data/captioned-image.js';
import { picturesAt, sha256OfPictures } from '../../../src/training/evaluation/image-sets.js';
import { resizeBilinear } from '../../../src/training/evaluation/resize-bilinear.js';
import { captionPool, sampleCaptions } from '../../../src/training/evaluation/sample-captions.js';

function images(count: number, fields: Partial<CaptionedImage> = {}): CaptionedImage[] {
  return Array.from({ length: count }, (_, i) => ({
    fileName: `${i}.png`,
    path: `/${i}.png`,
    captions: [`thing ${i}`, `tag ${i}`, 'a tag of all'],
    split: 'train' as const,
    group: undefined,
    classId: undefined,
    listedIn: 'metadata.jsonl',
    line: i + 1,
    ...fields,
  }));
}

describe('sampleCaptions', () => {
  it('takes every picture equally often, each prompt with noise of its own', () => {
    const samples = sampleCaptions(images(10), { count: 35, seed: 3, captions: 'first' });
    const times = Array.from({ length: 10 }, (_, i) => samples.filter(({ picture }) => picture === i).length);
    expect(Math.min(...times)).toBe(3);
    expect(Math.max(...times)).toBe(4);
    expect(samples.every(({ picture, prompt }) => prompt === `thing ${picture}`)).toBe(true);
    expect(new Set(samples.map(({ seed }) => seed)).size).toBe(35);
  });

  it('repeats with its seed, and takes any caption where asked', () => {
    const take = (seed: number) => sampleCaptions(images(10), { count: 30, seed, captions: 'any' });
    expect(take(1)).toEqual(take(1));
    expect(take(1)).not.toEqual(take(2));
    expect(new Set(take(1).map(({ prompt }) => prompt.split(' ')[0]))).toEqual(
      new Set(['thing', 'tag', 'a']),
    );
  });

  it('of nothing is nothing', () => {
    expect(sampleCaptions([], { count: 5, seed: 1, captions: 'first' })).toEqual([]);
  });
});

describe('captionPool', () => {
  it('has every text once; groups are pictures, or classes where there are any', () => {
    expect(captionPool(images(3), 'first').texts).toEqual(['thing 0', 'thing 1', 'thing 2']);
    expect(new Set(captionPool(images(3), 'first').groups).size).toBe(3);
    expect(captionPool(images(3), 'any').texts).toHaveLength(7);
    expect(new Set(captionPool(images(3, { classId: 5 }), 'first').groups)).toEqual(new Set([5]));
  });
});

describe('resizeBilinear', () => {
  const RANGE = { middle: 127, halfRange: 128 };

  it('is bilinear between the middles of pixels, edges repeated', () => {
    // Two by two to four by four, of one channel: 0 100 / 200 44.
    const pixels = Uint8Array.from([0, 100, 200, 44].flatMap((value) => [value, value, value]));
    const target = new Float32Array(2 + 3 * 16);
    resizeBilinear(pixels, 2, 4, RANGE, target, 2);
    const values = [...target.subarray(2, 18)].map((value) => value * 128 + 127);
    const expected = [0, 25, 75, 100, 50, 59, 77, 86, 150, 127, 81, 58, 200, 161, 83, 44];
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 4);
    expect(target[0]).toBe(0);
    expect(target.subarray(18, 34)).toEqual(target.subarray(2, 18));
  });

  it('leaves a picture of the right size as it is', () => {
    const pixels = Uint8Array.from({ length: 27 }, (_, i) => i * 9);
    const target = new Float32Array(27);
    resizeBilinear(pixels, 3, 3, RANGE, target, 0);
    expect(Math.round((target[0] ?? 0) * 128 + 127)).toBe(0);
    expect(Math.round((target[26] ?? 0) * 128 + 127)).toBe(26 * 9);
    expect(Math.round((target[1] ?? 0) * 128 + 127)).toBe(27);
  });
});

describe('image sets', () => {
  it('give chosen pictures, and a hash that tells sets apart', () => {
    const set = { pixels: Uint8Array.from({ length: 24 }, (_, i) => i), count: 2, size: 2 };
    const turned = picturesAt(set, [1, 0]);
    expect([...turned.pixels.subarray(0, 3)]).toEqual([12, 13, 14]);
    expect(sha256OfPictures(turned)).not.toBe(sha256OfPictures(set));
    expect(sha256OfPictures(picturesAt(turned, [1, 0]))).toBe(sha256OfPictures(set));
  });
});
