import { describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.js';
import { useBrowser } from './use-browser.js';

describe.skipIf(findBrowser() === undefined)('warmUp() in Chromium', () => {
  const { open } = useBrowser();

  it('has WebGPU compile its shaders, so that the first picture compiles none', async () => {
    const page = await open();
    const compiled = await page.evaluate(async () => {
      let shaders = 0;
      const createShaderModule = GPUDevice.prototype.createShaderModule;
      GPUDevice.prototype.createShaderModule = function (...options) {
        shaders++;
        return createShaderModule.apply(this, options);
      };
      const model = await wordbrush.loadModel('fixtures/tiny-bundle', { device: 'webgpu', workers: 0 });
      const loaded = shaders;
      await model.warmUp();
      const warm = shaders;
      await model.generate('red sun', { seed: 7 });
      await model.dispose();
      return { byWarmUp: warm - loaded, byFirstPicture: shaders - warm };
    });
    expect(compiled.byWarmUp).toBeGreaterThan(0);
    expect(compiled.byFirstPicture).toBe(0);
  });
});
