import { expect, it } from 'vitest';
import { loadImages } from '../../../src/training/data/load-images.js';
import { readDataset } from '../../../src/training/data/read-dataset.js';
import { pictureChunks } from '../../../src/training/run/picture-chunks.js';
import { EMOJI_SAMPLE } from './micro-configs.js';

it('has every picture once, in order, a few hundred at a time', async () => {
  const { images } = await readDataset(EMOJI_SAMPLE);
  const order = Array.from({ length: 600 }, (_, place) => (place * 5) % images.length);
  const many = order.map((index) => images[index]).filter((image) => image !== undefined);
  const { pixels } = await loadImages(images, { size: 8 });
  const bytes = pixels.length / images.length;
  const whole = order.map((index) => pixels.subarray(index * bytes, (index + 1) * bytes));
  const parts: Uint8Array[] = [];
  const begins: number[] = [];
  for await (const { pictures, begin } of pictureChunks(many, { size: 8, signal: undefined })) {
    parts.push(pictures.pixels);
    begins.push(begin);
  }
  expect(begins).toEqual([0, 256, 512]);
  expect(Buffer.concat(parts).equals(Buffer.concat(whole))).toBe(true);
});

it('throws what is wrong when it comes to it', async () => {
  const { images } = await readDataset(EMOJI_SAMPLE);
  const broken = images.map((image, place) =>
    place === 3 ? { ...image, path: '/there/is/none.png' } : image,
  );
  const chunks = pictureChunks(broken, { size: 8, signal: undefined });
  await expect(chunks.next()).rejects.toMatchObject({ code: 'DATASET_INVALID' });
});
