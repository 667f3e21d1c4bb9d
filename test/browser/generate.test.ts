import { describe, expect, it } from 'vitest';
import { generate } from '../../src/sdk/index.js';
import { normalNoise } from '../../src/sdk/noise/index.js';
import { BROWSER_HINT, findBrowser } from './find-browser.js';
import { useBrowser } from './use-browser.js';

const missing = findBrowser() === undefined;

describe.skipIf(missing)(`in Chromium${missing ? ` (skipped, there is none: ${BROWSER_HINT})` : ''}`, () => {
  const { site, open } = useBrowser();

  it('generate("a red heart") draws in a worker on WASM what Node draws', async () => {
    const page = await open();
    const drawn = await page.evaluate(async () => {
      const { images, device } = await wordbrush.generate('a red heart', {
        seed: 7,
        device: 'wasm',
        output: 'rgba',
      });
      return { device, pixels: Array.from(images[0] ?? []) };
    });
    expect(drawn.device).toBe('wasm');
    const { images } = await generate('a red heart', { seed: 7, device: 'cpu', output: 'rgba' });
    const [expected = new Uint8ClampedArray()] = images;
    expect(drawn.pixels).toHaveLength(64 * 64 * 4);
    // ONNX Runtime's builds differ in the last bits of floats at most: that may move a rounding by one.
    const largest = drawn.pixels.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? 0))),
      0,
    );
    expect(largest).toBeLessThanOrEqual(1);
    expect(site().requests).toContain('/wordbrush/models/stackgan-emoji/stage-1.onnx');
    expect(site().requests.some((path) => path.endsWith('worker-entry.js'))).toBe(true);
  });

  it('the noise of ten seeds is that of Node, bit for bit', async () => {
    const page = await open();
    const seeds = [
      0,
      1,
      7,
      42,
      1000,
      65_535,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 40 + 3,
      Number.MAX_SAFE_INTEGER - 64,
    ];
    const drawn = await page.evaluate(
      (list) => list.map((seed) => Array.from(new Uint32Array(drawNormals(seed, 1, 1000).buffer))),
      seeds,
    );
    for (const [index, seed] of seeds.entries()) {
      expect(drawn[index], `seed ${seed}`).toEqual(
        Array.from(new Uint32Array(normalNoise(seed, 1, 1000).buffer)),
      );
    }
  });
});
