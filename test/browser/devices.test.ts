import { describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.js';
import { useBrowser } from './use-browser.js';

/** Of 16 and 32 pixels: WebGPU that the processor computes takes seconds for more. */
const TINY = 'fixtures/tiny-bundle';

describe.skipIf(findBrowser() === undefined)('devices in Chromium', () => {
  const { open } = useBrowser();

  /** In the page: draws with a model and tells how. */
  async function drawWith({ model: source, ...options }: { model?: string } & object) {
    const model = await wordbrush.loadModel(source, options);
    const { images, device } = await model.generate('a red heart', { seed: 7, output: 'rgba' });
    const { adapter, passedOver, notes } = model.info();
    const check = await model.selfTest();
    await model.dispose();
    return { device, adapter, passedOver, notes, passed: check?.passed, pixels: Array.from(images[0] ?? []) };
  }

  function largestDifference(a: readonly number[], b: readonly number[]): number {
    return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
  }

  it('WebGPU draws what WASM draws, to a step of 2 in 255, in a worker and on the page', async () => {
    const page = await open();
    const onWasm = await page.evaluate(drawWith, { device: 'wasm' });
    const inWorker = await page.evaluate(drawWith, { device: 'webgpu' });
    expect([onWasm.device, inWorker.device]).toEqual(['wasm', 'webgpu']);
    expect(inWorker.adapter).toMatch(/swiftshader/iu);
    expect([onWasm.passed, inWorker.passed]).toEqual([true, true]);
    expect(largestDifference(inWorker.pixels, onWasm.pixels)).toBeLessThanOrEqual(2);
    const tinyInWorker = await page.evaluate(drawWith, { model: TINY, device: 'webgpu' });
    const tinyOnPage = await page.evaluate(drawWith, { model: TINY, device: 'webgpu', workers: 0 });
    expect(tinyOnPage).toMatchObject({ device: 'webgpu', passed: tinyInWorker.passed });
    expect(tinyOnPage.pixels).toEqual(tinyInWorker.pixels);
  });

  it('auto passes over what draws on the processor, or is not there, and says why', async () => {
    const page = await open();
    const { device, passedOver } = await page.evaluate(drawWith, {});
    expect(device).toBe('wasm');
    expect(passedOver).toMatchObject([{ device: 'webgpu', code: 'DEVICE_UNAVAILABLE' }]);
    const without = await open();
    await without.evaluate(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
    const second = await without.evaluate(drawWith, { workers: 0 });
    expect(second.passedOver[0]?.message).toContain('no WebGPU');
  });

  it.each(['cuda', 'cpu'] as const)('%s is refused', async (device) => {
    const page = await open();
    const code = await page.evaluate(
      (choice) =>
        wordbrush.loadModel(undefined, { device: choice }).then(
          () => 'loaded',
          (error: unknown) => (error instanceof wordbrush.WordbrushError ? error.code : String(error)),
        ),
      device,
    );
    expect(code).toBe('DEVICE_UNAVAILABLE');
  });

  it('an isolated page gets threads; any other is told which headers it takes, and draws the same', async () => {
    const [isolated, plain] = [await open('?isolated'), await open()];
    const [withThreads, alone] = [
      await isolated.evaluate(drawWith, { device: 'wasm' }),
      await plain.evaluate(drawWith, { device: 'wasm' }),
    ];
    expect(await isolated.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(withThreads.notes).toEqual([]);
    expect(alone.notes.join(' ')).toContain('Cross-Origin-Opener-Policy: same-origin');
    expect(largestDifference(withThreads.pixels, alone.pixels)).toBeLessThanOrEqual(1);
  });

  it.each(['wasm', 'webgpu'] as const)(
    "%s draws under the policy default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
    async (device) => {
      for (const workers of [0, 1]) {
        const page = await open('?csp');
        const drawn = await page.evaluate(drawWith, { model: TINY, device, workers });
        expect(drawn.device).toBe(device);
      }
    },
  );

  it('calls that overlap do not disturb each other on the page', async () => {
    const page = await open();
    const same = await page.evaluate(async (tiny) => {
      const model = await wordbrush.loadModel(tiny, { device: 'webgpu', workers: 0 });
      const seeds = [1, 2, 3];
      const draw = (seed: number) => model.generate('sun', { seed, output: 'rgba' });
      const together = await Promise.all(seeds.map(draw));
      const apart: typeof together = [];
      for (const seed of seeds) apart.push(await draw(seed));
      await model.dispose();
      return together.every(({ images }, index) => String(images[0]) === String(apart[index]?.images[0]));
    }, TINY);
    expect(same).toBe(true);
  });

  it('pictures as ImageData, ImageBitmap, canvas and files', async () => {
    const page = await open();
    const given = await page.evaluate(async () => {
      const { images } = await wordbrush.generate('a red heart', { seed: 7, device: 'wasm' });
      const [image] = images;
      if (image === undefined) throw new Error('no picture');
      const bitmap = await image.toImageBitmap();
      const read = image.toCanvas().getContext('2d')?.getImageData(0, 0, 64, 64).data ?? [];
      const png = await wordbrush.readImage(await image.toBlob());
      const [jpeg, webp] = [await image.toJPEG(), await image.toWebP()];
      const decoded = await wordbrush.readImage(jpeg);
      return {
        imageData: image.toImageData().width,
        bitmap: [bitmap.width, bitmap.height],
        canvas: String(read) === String(image.data),
        png: String(png.data) === String(image.data),
        jpeg: Array.from(jpeg.subarray(0, 3)),
        webp: new TextDecoder().decode(webp.subarray(8, 12)),
        decoded: [decoded.width, decoded.height],
        small: (await image.resize(32)).width,
      };
    });
    expect(given).toEqual({
      imageData: 64,
      bitmap: [64, 64],
      canvas: true,
      png: true,
      jpeg: [0xff, 0xd8, 0xff],
      webp: 'WEBP',
      decoded: [64, 64],
      small: 32,
    });
  });
});
