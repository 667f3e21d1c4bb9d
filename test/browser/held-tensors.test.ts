import { describe, expect, it } from 'vitest';
import type { GraphSession, GraphValue, TensorValue } from '../../src/sdk/runtime/platform.js';
import { WORKER_SCRIPT } from '../../src/sdk/runtime/web/asset-folder.js';
import type { openWebDevice } from '../../src/sdk/runtime/web/open-device.js';
import { findBrowser } from './find-browser.js';
import { askGpuCounts, countGpu } from './gpu-counts.js';
import { buildScript } from './site.js';
import { useBrowser } from './use-browser.js';

/** Of 16 and 32 pixels; between them `hidden` [1, 2, 16, 16]. */
const TINY = 'fixtures/tiny-bundle';
const IMAGE_BYTES = 4 * 3 * (16 * 16 + 32 * 32);

declare global {
  var openDevice: typeof openWebDevice;
  /** Of the stages: the first that holds its result, the first that brings it back, and the second. */
  var stages: Record<'holding' | 'plain' | 'second', GraphSession>;
  /** Inputs of the first stage, of batch 1, that differ from seed to seed. */
  var feedsOf: (seed: number) => Map<string, TensorValue>;
  var model: import('../../src/sdk/web.js').Model;
}

describe.skipIf(findBrowser() === undefined)('results that stay on the graphics card, in Chromium', () => {
  const { open, site } = useBrowser(async () => ({
    pages: [['/app/device.js', String((await buildScript('src/sdk/runtime/web/open-device.ts')).code)]],
  }));

  /** A page with a model of two stages; what the page or its worker does on the graphics card is counted. */
  async function openModel(where: 'page' | 'worker') {
    const page = await open();
    if (where === 'page') await page.evaluate(countGpu);
    else {
      site().faults.set(`/wordbrush/${WORKER_SCRIPT}`, (response, content) => {
        response.writeHead(200, { 'content-type': 'text/javascript' });
        response.end(`(${countGpu})();\n${content}`);
        return true;
      });
    }
    await page.evaluate(
      async ([tiny, workers]) => {
        globalThis.model = await wordbrush.loadModel(tiny, { device: 'webgpu', workers });
        for (let seed = 0; seed < 3; seed++) await model.generate('sun', { seed });
      },
      [TINY, where === 'page' ? 0 : 1] as const,
    );
    return { page, counts: () => page.evaluate(askGpuCounts) };
  }

  it.each([
    ['page', 100],
    ['worker', 20],
  ] as const)(
    'in a %s nothing but pictures is downloaded, and memory stays flat over %i calls',
    async (where, calls) => {
      const { page, counts } = await openModel(where);
      const before = await counts();
      await page.evaluate(async (count) => {
        for (let seed = 0; seed < count; seed++) await model.generate('sun', { seed });
      }, calls);
      const after = await counts();
      expect(after.downloaded - before.downloaded).toBe(calls * IMAGE_BYTES);
      expect(after.alive).toBe(before.alive);
      // A size on the way is a last stage too: what it would have handed on is freed.
      await page.evaluate(async () => {
        for (let seed = 0; seed < 5; seed++) await model.generate('sun', { seed, size: 16 });
      });
      expect((await counts()).alive).toBe(before.alive);
    },
  );

  it('calls that are stopped or aborted between two stages free it', async () => {
    const { page, counts } = await openModel('page');
    const before = await counts();
    const ends = await page.evaluate(async () => {
      const codes: string[] = [];
      for (let seed = 0; seed < 5; seed++) {
        for await (const { final } of model.stream('sun', { seed })) if (!final) break;
        const controller = new AbortController();
        try {
          for await (const _ of model.stream('sun', { seed, signal: controller.signal })) controller.abort();
        } catch (error) {
          codes.push(error instanceof wordbrush.WordbrushError ? error.code : String(error));
        }
      }
      return codes;
    });
    expect(ends).toEqual(Array.from({ length: 5 }, () => 'ABORTED'));
    expect((await counts()).alive).toBe(before.alive);
  });

  it('a call goes on, from its first stage, when an abort of another ends the worker that held its result', async () => {
    const { page } = await openModel('worker');
    const drawn = await page.evaluate(async () => {
      const wanted = await model.generate('sun', { seed: 5, output: 'rgba' });
      const stream = model.stream('sun', { seed: 5 });
      const sizes = [(await stream.next()).value?.image.width];
      const controller = new AbortController();
      const other = model.generate('sun', { seed: 1, count: 64, signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      const code = await other.then(
        () => 'drawn',
        (error: unknown) => (error instanceof wordbrush.WordbrushError ? error.code : String(error)),
      );
      let last: ArrayLike<number> = [];
      for await (const { image } of stream) {
        sizes.push(image.width);
        last = image.data;
      }
      return { code, sizes, isSame: String(last) === String(wanted.images[0]) };
    });
    expect(drawn).toEqual({ code: 'ABORTED', sizes: [16, 32], isSame: true });
    expect(site().requests.filter((path) => path.endsWith(WORKER_SCRIPT)).length).toBeGreaterThan(2);
  });

  it('a card that is lost between two stages: wasm takes its place and gives the picture', async () => {
    const page = await open();
    const drawn = await page.evaluate(async (tiny) => {
      // As if SwiftShader were a graphics card, and one that can be taken away.
      Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { value: false });
      const devices: GPUDevice[] = [];
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...options) {
        const device = await requestDevice.apply(this, options);
        devices.push(device);
        return device;
      };
      const fragile = await wordbrush.loadModel(tiny, { workers: 0 });
      const names = [fragile.info().device];
      const sizes: number[] = [];
      let last: ArrayLike<number> = [];
      for await (const { image, final } of fragile.stream('sun', { seed: 5 })) {
        sizes.push(image.width);
        last = image.data;
        if (!final) for (const device of devices) device.destroy();
      }
      names.push(fragile.info().device);
      await fragile.dispose();
      const { images } = await wordbrush.generate('sun', {
        model: tiny,
        seed: 5,
        device: 'wasm',
        output: 'rgba',
      });
      return { names, sizes, isSame: String(last) === String(images[0]) };
    }, TINY);
    expect(drawn).toEqual({ names: ['webgpu', 'wasm'], sizes: [16, 32], isSame: true });
  });

  describe('by sessions without a model', () => {
    async function openStages() {
      const page = await open();
      await page.addScriptTag({
        type: 'module',
        content: `import { openWebDevice } from '/app/device.js';
          Object.assign(globalThis, { openDevice: openWebDevice });
          console.log('device');`,
      });
      await page.waitForFunction(() => 'openDevice' in globalThis);
      await page.evaluate(async (tiny) => {
        const device = await openDevice('webgpu', new URL('/wordbrush/', location.href));
        const graph = async (file: string): Promise<Uint8Array> =>
          new Uint8Array(await (await fetch(`${tiny}/${file}`)).arrayBuffer());
        globalThis.stages = {
          holding: await device.createSession(await graph('stage-16.onnx'), { held: ['hidden'] }),
          plain: await device.createSession(await graph('stage-16.onnx')),
          second: await device.createSession(await graph('stage-32.onnx')),
        };
        globalThis.feedsOf = (seed) =>
          new Map([
            ['z', { data: drawNormals(seed, 0, 4), dims: [1, 4] }],
            ['eps', { data: drawNormals(seed, 1, 3), dims: [1, 3] }],
            ['sentence', { data: drawNormals(seed, 2, 5), dims: [1, 5] }],
          ]);
      }, TINY);
      return page;
    }

    it('the picture is, bit for bit, the one whose features went by the processor', async () => {
      const page = await openStages();
      const results = await page.evaluate(async () => {
        const finish = async (first: ReadonlyMap<string, GraphValue>, seed: number): Promise<string> => {
          const feeds = new Map<string, GraphValue>(feedsOf(seed));
          for (const [name, value] of first) feeds.set(name === 'image' ? 'previous_image' : name, value);
          for (const name of ['z', 'sentence']) feeds.delete(name);
          const image = (await stages.second.run(feeds)).get('image')?.data ?? new Float32Array();
          return String(new Uint32Array(image.buffer, image.byteOffset, image.length));
        };
        const pairs: { isHeld: boolean; here: string; there: string }[] = [];
        for (let seed = 0; seed < 5; seed++) {
          const held = await stages.holding.run(feedsOf(seed));
          const here = await finish(held, seed);
          const there = await finish(await stages.plain.run(feedsOf(seed)), seed);
          pairs.push({ isHeld: held.get('hidden')?.data === undefined, here, there });
        }
        return pairs;
      });
      expect(results.map(({ isHeld }) => isHeld)).toEqual([true, true, true, true, true]);
      for (const { here, there } of results) expect(here).toBe(there);
      expect(new Set(results.map(({ here }) => here)).size).toBe(5);
      expect(results[0]?.here.split(',')).toHaveLength(3 * 32 * 32);
    });

    it('what was freed is lost; after a failed run a session that holds results refuses', async () => {
      const page = await openStages();
      const messages = await page.evaluate(async () => {
        const reason = (run: Promise<unknown>): Promise<string> =>
          run.then(
            () => 'ran',
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
          );
        const first = await stages.holding.run(feedsOf(1));
        const hidden = first.get('hidden');
        if (hidden?.data === undefined) hidden?.dispose();
        const feeds = new Map<string, GraphValue>([...first, ...feedsOf(1)]);
        const afterFreeing = await reason(stages.second.run(feeds));
        const wrong: TensorValue = { data: new Float32Array(5), dims: [1, 5] };
        const failing = await reason(stages.holding.run(feedsOf(1).set('z', wrong)));
        // ONNX Runtime would run on what it was fed before.
        const again = await reason(stages.holding.run(feedsOf(1)));
        return { afterFreeing, failing, again };
      });
      expect(messages.afterFreeing).toContain('is lost');
      expect(messages.failing).toContain('invalid dimensions');
      expect(messages.again).toContain('an earlier run failed');
    });
  });
});
