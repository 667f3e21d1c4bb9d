import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConvertOptions, convert } from '../../tools/export/index.js';
import { findBrowser } from './find-browser.js';
import { buildScript } from './site.js';
import { useBrowser } from './use-browser.js';

const DIMS = [1, 4, 4, 3];
const INPUT = Array.from({ length: 48 }, (_, index) => Math.sin(index));

describe.skipIf(findBrowser() === undefined)('half precision on a WebGPU that has none, in Chromium', () => {
  const { open } = useBrowser(async () => ({
    pages: [['/app/device.js', String((await buildScript('src/sdk/runtime/web/open-device.ts')).code)]],
  }));
  let model: tf.LayersModel;
  let expected: number[] = [];
  beforeAll(async () => {
    await tf.setBackend('cpu');
    const kernelInitializer = tf.initializers.randomNormal({ seed: 1 });
    // Kernels of less than 1,024 numbers would be stored in full.
    const options = { filters: 40, kernelSize: 3, padding: 'same', activation: 'tanh' } as const;
    const layer = tf.layers.conv2d({ inputShape: DIMS.slice(1), ...options, kernelInitializer });
    model = tf.sequential({ layers: [layer] });
    expected = tf.tidy(() => {
      const output = model.predict(tf.tensor(INPUT, DIMS));
      return Array.from(Array.isArray(output) ? [] : output.dataSync());
    });
  });

  /** What the model gives in the page, or why it does not load. */
  async function runInPage(device: 'webgpu' | 'wasm', options: ConvertOptions) {
    const page = await open();
    // As if the card could do no more than WebGPU asks of it, whatever SwiftShader learns.
    await page.evaluate(() => {
      const { has } = GPUSupportedFeatures.prototype;
      GPUSupportedFeatures.prototype.has = function (feature) {
        return feature !== 'shader-f16' && has.call(this, feature);
      };
    });
    await page.addScriptTag({
      type: 'module',
      content: `import { openWebDevice } from '/app/device.js';
        Object.assign(globalThis, { openDevice: openWebDevice });`,
    });
    await page.waitForFunction(() => 'openDevice' in globalThis);
    const { bytes } = convert(model, { ...options, target: 'webgpu' });
    return page.evaluate(
      async ([place, graph, input, dims]) => {
        const { createSession } = await openDevice(place, new URL('/wordbrush/', location.href));
        try {
          const session = await createSession(Uint8Array.from(graph));
          const name = session.inputs[0]?.name ?? '';
          const results = await session.run(new Map([[name, { data: Float32Array.from(input), dims }]]));
          return [...results.values()].flatMap(({ data }) => Array.from(data ?? []));
        } catch (error) {
          return String(error);
        }
      },
      [device, Array.from(bytes), INPUT, DIMS] as const,
    );
  }

  it.each([
    ['fp16', 2e-3],
    ['int8', 2e-2],
  ] as const)('weights in %s are widened before they reach the card', async (precision, tolerance) => {
    const received = await runInPage('webgpu', { precision });
    expect(received).toEqual(expected.map((value) => expect.closeTo(value, -Math.log10(2 * tolerance))));
  });

  it('a graph that computes in half precision is refused, not drawn wrong; WASM runs it', async () => {
    const options: ConvertOptions = { precision: 'fp16', arithmetic: 'fp16' };
    expect(await runInPage('webgpu', options)).toContain('requires f16');
    const received = await runInPage('wasm', options);
    expect(received).toEqual(expected.map((value) => expect.closeTo(value, -Math.log10(4e-3))));
  });
});
