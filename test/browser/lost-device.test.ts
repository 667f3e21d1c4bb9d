import { describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.js';
import { useBrowser } from './use-browser.js';

/** Of 16 and 32 pixels: compiling its shaders takes long enough for a run to have a middle. */
const TINY = 'fixtures/tiny-bundle';

describe.skipIf(findBrowser() === undefined)('a graphics card that is lost', () => {
  const { open } = useBrowser();

  it('wasm takes its place in the middle of a run, gives the picture and says so', async () => {
    const page = await open();
    const result = await page.evaluate(async (tiny) => {
      // As if SwiftShader were a graphics card, and one that can be taken away.
      Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { value: false });
      const devices: GPUDevice[] = [];
      const requestDevice = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (...options) {
        const device = await requestDevice.apply(this, options);
        devices.push(device);
        return device;
      };
      const model = await wordbrush.loadModel(tiny, { workers: 0 });
      const before = model.info().device;
      const drawing = model.generate('a red heart', { seed: 7, output: 'rgba' });
      setTimeout(() => {
        for (const device of devices) device.destroy();
      }, 200);
      const { images, device } = await drawing;
      const again = await model.generate('a red heart', { seed: 8 });
      const { notes, passedOver } = model.info();
      await model.dispose();
      const next = await wordbrush.loadModel(tiny, { workers: 0 });
      const nextDevice = next.info().device;
      await next.dispose();
      return {
        before,
        device,
        again: again.device,
        next: nextDevice,
        notes,
        passedOver,
        pixels: Array.from(images[0] ?? []),
        lost: devices.length,
      };
    }, TINY);
    expect(result.lost).toBeGreaterThan(0);
    // Whoever loads a model after it is not given the lost one again.
    expect([result.before, result.device, result.again, result.next]).toEqual([
      'webgpu',
      'wasm',
      'wasm',
      'wasm',
    ]);
    expect(result.passedOver).toMatchObject([{ device: 'webgpu', code: 'DEVICE_UNAVAILABLE' }]);
    expect(result.notes.join(' ')).toContain('wasm took its place');
    const onWasm = await page.evaluate(async (model) => {
      const options = { model, seed: 7, device: 'wasm', output: 'rgba' } as const;
      return Array.from((await wordbrush.generate('a red heart', options)).images[0] ?? []);
    }, TINY);
    expect(result.pixels).toEqual(onWasm);
  });
});
