import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type GeneratedImage, generate, loadModel, rank, score } from '../../src/sdk/index.js';

const BUNDLE = fileURLToPath(new URL('../../exported-models/stackgan-emoji', import.meta.url));

/** Mean of blue minus mean of red over the pixels that are not nearly white, -255 to 255. */
function blueOverRed({ data }: GeneratedImage): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const [red = 0, green = 0, blue = 0] = data.subarray(i, i + 3);
    if (Math.min(red, green, blue) < 225) {
      sum += blue - red;
      count++;
    }
  }
  return sum / Math.max(count, 1);
}

describe('the model that comes with the package', () => {
  it('is found without a path and says what it is', async () => {
    await using model = await loadModel();
    expect(model.info()).toMatchObject({ architecture: 'stackgan', location: BUNDLE, device: 'cpu' });
  });

  it.each([
    ['a red heart', -1],
    ['a blue heart', 1],
  ])('draws %s in its colour, whatever the seed', async (prompt, sign) => {
    const { images, words } = await generate(prompt, { seed: 0, count: 8 });
    expect(words.map(({ status }) => status)).not.toContain('unknown');
    for (const image of images) {
      expect(blueOverRed(image) * sign).toBeGreaterThan(30);
    }
  });

  it('draws again what it drew', async () => {
    const first = await generate('a red heart', { seed: 7, count: 2 });
    const second = await generate('a red heart', { seed: 8 });
    expect(second.images[0]?.data).toEqual(first.images[1]?.data);
  });

  it('passes its self-test', async () => {
    const { selfTest } = JSON.parse(readFileSync(`${BUNDLE}/manifest.json`, 'utf8'));
    const { images } = await generate(selfTest.prompt, { seed: selfTest.seed });
    for (const { size, channelMeans, tolerance } of selfTest.checks) {
      const image = images.find(({ width }) => width === size);
      for (const [channel, mean] of channelMeans.entries()) {
        const values = Array.from(image?.data ?? []).filter((_, index) => index % 4 === channel);
        const sum = values.reduce((total, value) => total + value, 0);
        expect(Math.abs(sum / values.length - mean)).toBeLessThan(tolerance);
      }
    }
  });
});

const SAMPLE = fileURLToPath(new URL('../fixtures/emoji-sample', import.meta.url));
const entry = z.object({ file_name: z.string(), captions: z.array(z.string()).min(1), split: z.string() });

describe('the scorer that comes with the package', () => {
  it('finds the captions of pictures, and pictures of captions', async () => {
    const shown = readFileSync(join(SAMPLE, 'metadata.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => entry.parse(JSON.parse(line)))
      .filter(({ split }) => split === 'train');
    const images = shown.map(({ file_name: file }) => join(SAMPLE, file));
    const { textOrder, imageOrder } = await rank(
      images,
      shown.map(({ captions }) => captions[0] ?? ''),
    );
    const found = (orders: readonly (readonly number[])[]) =>
      orders.filter(([best], index) => best === index).length / shown.length;
    expect(found(textOrder)).toBeGreaterThan(0.8);
    expect(found(imageOrder)).toBeGreaterThan(0.8);
  });

  it('tells a red heart from a blue one, and says where each word is', async () => {
    const heart = join(SAMPLE, 'images/smileys-emotion/2764.png');
    const [red, blue] = [await score(heart, 'red heart'), await score(heart, 'blue heart')];
    expect(red.score).toBeGreaterThan(blue.score);
    expect(red.words.map(({ text, regions }) => [text, regions !== undefined])).toEqual([
      ['red', true],
      ['heart', true],
    ]);
  });
});
