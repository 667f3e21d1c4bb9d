import { describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.js';
import { INSECURE_HOST, useBrowser } from './use-browser.js';

const MODELS = '/wordbrush/models/';

describe.skipIf(findBrowser() === undefined)('pages in other places, in Chromium', () => {
  const { site, open } = useBrowser();

  it('a page of another machine without https draws: no WebCrypto, storage, WebGPU or threads', async () => {
    const page = await open();
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    const ready = page.waitForEvent('console', (message) => message.text() === 'ready');
    await page.goto(`http://${INSECURE_HOST}:${new URL(site().origin).port}/`);
    await ready;
    const drawn = await page.evaluate(async () => {
      const model = await wordbrush.loadModel();
      const { images } = await model.generate('a red heart', { seed: 7 });
      const { device, passedOver, notes } = model.info();
      await model.dispose();
      const webgpu = await wordbrush.loadModel(undefined, { device: 'webgpu' }).then(
        () => 'loaded',
        (error: unknown) => String(error),
      );
      return {
        isSecure: isSecureContext,
        has: ['subtle' in crypto, 'caches' in globalThis, 'gpu' in navigator],
        size: images[0]?.width,
        device,
        passedOver: passedOver[0]?.message,
        notes,
        webgpu,
      };
    });
    expect(drawn).toMatchObject({ isSecure: false, has: [false, false, false], size: 64, device: 'wasm' });
    for (const said of [drawn.passedOver, drawn.webgpu]) expect(said).toContain('served by https');
    expect(drawn.notes.join(' ')).not.toContain('no worker');
    expect(warnings.filter((text) => text.includes('served by https'))).toHaveLength(1);
  });

  it('a model larger than the quota is drawn with, from the network each time, and said to be', async () => {
    const page = await open();
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    const client = await page.context().newCDPSession(page);
    await client.send('Storage.overrideQuotaForOrigin', { origin: site().origin, quotaSize: 500_000 });
    const draw = () =>
      page.evaluate(async () => {
        const { size } = await wordbrush.generate('a red heart', { device: 'wasm' });
        return { size, kept: (await (await caches.open('wordbrush-models-1')).keys()).length };
      });
    const { size, kept } = await draw();
    expect(size).toBe(64);
    // The manifest and the vocabulary find room; a graph that does not leaves nothing half-kept.
    expect(kept).toBe(2);
    expect(warnings.filter((text) => text.includes('the browser keeps none'))).toHaveLength(1);
    await draw();
    expect(site().requests.filter((path) => path === `${MODELS}stackgan-emoji/stage-1.onnx`)).toHaveLength(2);
  });

  // Headless Chromium shows every tab: what it does to a hidden one is done here.
  it('a tab whose timers are slowed, whose frames stop and which is frozen in the middle of a run draws to the end', async () => {
    const page = await open();
    const client = await page.context().newCDPSession(page);
    await client.send('Debugger.enable');
    const drawing = page.evaluate(async () => {
      const soon = setTimeout;
      Object.assign(globalThis, {
        requestAnimationFrame: () => 0,
        setTimeout: (run: () => void, delayMs = 0) => soon(run, Math.max(1000, delayMs)),
      });
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
      const model = await wordbrush.loadModel(undefined, { device: 'wasm' });
      document.title = 'drawing';
      let longestMs = 0;
      let pictures = 0;
      for (let seed = 0; seed < 40; seed++) {
        const started = performance.now();
        pictures += (await model.generate('a red heart', { seed })).images.length;
        longestMs = Math.max(longestMs, performance.now() - started);
      }
      await model.dispose();
      return { pictures, longestMs };
    });
    await page.waitForFunction(() => document.title === 'drawing', undefined, { polling: 20 });
    const paused = new Promise((resolve) => client.once('Debugger.paused', resolve));
    await client.send('Debugger.pause');
    await paused;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await client.send('Debugger.resume');
    const { pictures, longestMs } = await drawing;
    expect(pictures).toBe(40);
    // It was frozen in the middle of a run indeed.
    expect(longestMs).toBeGreaterThan(1400);
  });
});
