import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { furthest } from './furthest.js';
import { useBrowser } from './use-browser.js';

/** WebGPU on the processor takes its time. */
const SEEDS = { wasm: [7, 8, 9], webgpu: [7] } as const;
/** How far a colour may be from the one that Node's processor gives, in steps of 255. */
const DISTANCE = { wasm: 1, webgpu: 2 } as const;
const TIMEOUT_MS = 900_000;

/** Of each architecture a bundle of random weights, and of one also those whose weights are stored in fewer bits. */
const BUNDLES: Readonly<
  Record<string, (options: (more?: Partial<BundleOptions>) => BundleOptions) => Promise<unknown>>
> = {
  stackgan: (options) => exportStackganGenerator(microStackgan(128), options({ text: wordText() })),
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

  /** By device and bundle, a picture for each seed. */
  const drawn: Record<string, Record<string, number[][]>> = {};
  let hasHalf = true;
  // Of all bundles in one page, whose models share the shaders that SwiftShader takes long to compile.
  beforeAll(async () => {
    const page = await open();
    hasHalf = await page.evaluate(
      async () => (await navigator.gpu.requestAdapter())?.features.has('shader-f16') ?? false,
    );
    for (const device of ['wasm', 'webgpu'] as const) {
      drawn[device] = await page.evaluate(drawAll, [Object.keys(BUNDLES), device, SEEDS[device]] as const);
    }
  }, TIMEOUT_MS);

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
      expect(hasHalf).toBe(false);
      for (const device of ['wasm', 'webgpu'] as const) {
        const pictures = drawn[device]?.[name] ?? [];
        expect(pictures).toHaveLength(SEEDS[device].length);
        const differences = pictures.map((picture, index) => furthest(picture, expected[index] ?? []));
        expect(Math.max(...differences), device).toBeLessThanOrEqual(DISTANCE[device]);
      }
    },
  );
});

/** In the page: the pictures of each bundle, one a seed. */
async function drawAll([bundles, device, seeds]: readonly [
  readonly string[],
  'wasm' | 'webgpu',
  readonly number[],
]): Promise<Record<string, number[][]>> {
  const pictures: Record<string, number[][]> = {};
  const models: { dispose(): Promise<void> }[] = [];
  for (const bundle of bundles) {
    const model = await wordbrush.loadModel(`bundles/${bundle}`, { device, workers: 0 });
    models.push(model);
    const ofBundle: number[][] = [];
    for (const seed of seeds) {
      const { images } = await model.generate('a yellow bird', { seed, output: 'rgba' });
      ofBundle.push(Array.from(images[0] ?? []));
    }
    pictures[bundle] = ofBundle;
  }
  for (const model of models) await model.dispose();
  return pictures;
}
