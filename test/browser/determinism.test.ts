import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../src/sdk/index.js';
import type { BundleOptions } from '../../src/training/export/export-bundle.js';
import {
  exportAttnganGenerator,
  exportStackganGenerator,
  exportStackganPlusPlusGenerator,
} from '../../src/training/export/export-generators.js';
import {
  bundleOptions,
  microAttngan,
  microStackgan,
  microStackganPlusPlus,
  wordText,
} from '../training/export/micro-models.js';
import { findBrowser } from './find-browser.js';
import { useBrowser } from './use-browser.js';

/** WebGPU on the processor takes its time. */
const SEEDS = { wasm: [7, 8, 9], webgpu: [7] } as const;
/** How far a colour may be from the one that Node's processor gives, in steps of 255. */
const DISTANCE = { wasm: 1, webgpu: 2 } as const;
const TIMEOUT_MS = 300_000;

/** Of each architecture a bundle of random weights, and of one also those whose weights are stored in fewer bits. */
const BUNDLES: Readonly<
  Record<string, (options: (more?: Partial<BundleOptions>) => BundleOptions) => Promise<unknown>>
> = {
  stackgan: (options) => exportStackganGenerator(microStackgan(), options({ text: wordText() })),
  'stackgan-pp': (options) =>
    exportStackganPlusPlusGenerator(microStackganPlusPlus(true, 2), options({ text: wordText() })),
  attngan: (options) => exportAttnganGenerator(microAttngan(2), options({ text: wordText() })),
  'stackgan-pp-fp16': (options) =>
    exportStackganPlusPlusGenerator(
      microStackganPlusPlus(true, 1),
      options({ text: wordText(), precision: 'fp16' }),
    ),
  'stackgan-pp-int8': (options) =>
    exportStackganPlusPlusGenerator(
      microStackganPlusPlus(true, 1),
      options({ text: wordText(), precision: 'int8' }),
    ),
};

describe.skipIf(findBrowser() === undefined)('pictures in Chromium beside those of Node', () => {
  const parent = mkdtempSync(join(tmpdir(), 'wordbrush-'));
  afterAll(() => rmSync(parent, { recursive: true, force: true }));
  const { open } = useBrowser(async () => {
    await tf.setBackend('cpu');
    for (const [name, make] of Object.entries(BUNDLES)) {
      await make((more = {}) => bundleOptions(join(parent, name), more));
    }
    return { folders: [['/bundles/', `${parent}/`]] };
  });

  it.each(Object.keys(BUNDLES))(
    `%s: WASM within ${DISTANCE.wasm} step in 255, WebGPU without shader-f16 within ${DISTANCE.webgpu}`,
    async (name) => {
      const model = await loadModel(join(parent, name), { device: 'cpu' });
      const expected: ArrayLike<number>[] = [];
      for (const seed of SEEDS.wasm) {
        expected.push(...(await model.generate('a yellow bird', { seed, output: 'rgba' })).images);
      }
      await model.dispose();
      // Pictures of one colour would agree whatever was computed.
      expect(new Set(Array.from(expected[0] ?? [])).size).toBeGreaterThan(10);
      const page = await open();
      const hasHalf = await page.evaluate(
        async () => (await navigator.gpu.requestAdapter())?.features.has('shader-f16') ?? false,
      );
      expect(hasHalf).toBe(false);
      for (const device of ['wasm', 'webgpu'] as const) {
        const drawn = await page.evaluate(
          async ([bundle, choice, seeds]) => {
            const inPage = await wordbrush.loadModel(`bundles/${bundle}`, { device: choice });
            const pictures: number[][] = [];
            for (const seed of seeds) {
              const { images } = await inPage.generate('a yellow bird', { seed, output: 'rgba' });
              pictures.push(Array.from(images[0] ?? []));
            }
            await inPage.dispose();
            return pictures;
          },
          [name, device, SEEDS[device]] as const,
        );
        expect(drawn).toHaveLength(SEEDS[device].length);
        const differences = drawn.map((picture, index) => furthest(picture, expected[index] ?? []));
        expect(Math.max(...differences), device).toBeLessThanOrEqual(DISTANCE[device]);
      }
    },
    TIMEOUT_MS,
  );
});

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return Array.from(a).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))),
    0,
  );
}
