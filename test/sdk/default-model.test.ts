import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type GeneratedImage, generate, loadModel } from '../../src/sdk/index.js';

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
