import { createHash } from 'node:crypto';
import type { ImageDataLike } from '../../sdk/index.js';
import type { ImageSet } from '../data/load-images.js';

/** Picture `index` as RGB bytes, a view. */
export function pixelsOf({ pixels, size }: ImageSet, index: number): Uint8Array {
  const bytes = size * size * 3;
  return pixels.subarray(index * bytes, (index + 1) * bytes);
}

/** Picture `index` as the SDK takes it. */
export function imageDataOf(set: ImageSet, index: number): ImageDataLike {
  const rgb = pixelsOf(set, index);
  const data = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255);
  for (let i = 0; i < rgb.length / 3; i++) data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  return { data, width: set.size, height: set.size };
}

/** The pictures named by `indices`, in that order. */
export function picturesAt(set: ImageSet, indices: readonly number[]): ImageSet {
  const bytes = set.size * set.size * 3;
  const pixels = new Uint8Array(indices.length * bytes);
  for (const [place, index] of indices.entries()) pixels.set(pixelsOf(set, index), place * bytes);
  return { pixels, count: indices.length, size: set.size };
}

/** sha256 of all pixels: which pictures something was compared with, decoded how. */
export function sha256OfPictures({ pixels }: ImageSet): string {
  return createHash('sha256').update(pixels).digest('hex');
}
