import { describe, expect, it } from 'vitest';
import { RUNTIME_FOLDER, WORKER_SCRIPT } from '../../src/sdk/runtime/web/asset-folder.js';
import { findBrowser } from './find-browser.js';
import type { Fault } from './site.js';
import { useBrowser } from './use-browser.js';

const GLUE = `/wordbrush/${RUNTIME_FOLDER}ort-wasm-simd-threaded.mjs`;
const BINARY = `/wordbrush/${RUNTIME_FOLDER}ort-wasm-simd-threaded.wasm`;
const MANIFEST = '/wordbrush/models/stackgan-emoji/manifest.json';
const STAGE = '/wordbrush/models/stackgan-emoji/stage-1.onnx';

const page: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>');
  return true;
};
const missing: Fault = (response) => {
  response.writeHead(404).end();
  return true;
};
const broken: Fault = (response) => {
  response.writeHead(500).end();
  return true;
};

/** In the page: the code and message that a call ends with, and the picture's size if it does not fail. */
function draw(options: object): Promise<{ code: string; message: string }> {
  return wordbrush.generate('a red heart', { seed: 7, device: 'wasm', ...options }).then(
    ({ size }) => ({ code: 'none', message: String(size) }),
    (error: unknown) =>
      error instanceof wordbrush.WordbrushError
        ? { code: error.code, message: error.message }
        : { code: 'other', message: String(error) },
  );
}

describe.skipIf(findBrowser() === undefined)('what can go wrong in Chromium', () => {
  const { site, open, openBeside } = useBrowser();

  it.each([
    ['WebAssembly', BINARY, page, 'RUNTIME_MISSING', '<!doctype'],
    ['WebAssembly', BINARY, missing, 'RUNTIME_MISSING', '404'],
    ['a script', GLUE, page, 'RUNTIME_MISSING', '<!doctype'],
    ["the worker's script", `/wordbrush/${WORKER_SCRIPT}`, page, 'RUNTIME_MISSING', 'copy-assets'],
    ['the default model', MANIFEST, page, 'MODEL_NOT_FOUND', 'copy-assets'],
    ['the default model', MANIFEST, missing, 'MODEL_NOT_FOUND', 'copy-assets'],
    ['a graph', STAGE, missing, 'FILE_MISSING', 'stage-1.onnx'],
    ['a graph', STAGE, broken, 'NETWORK', '500'],
  ])('%s: %s as %o is refused, and the message names it', async (_, path, fault, code, part) => {
    const tab = await open();
    site().faults.set(path, fault);
    const result = await tab.evaluate(draw, {});
    expect(result.code).toBe(code);
    expect(result.message).toContain(part);
    expect(result.message).toContain(path.slice(0, path.lastIndexOf('/')));
  });

  it('a download that breaks off in the middle is begun again', async () => {
    const tab = await open();
    site().faults.set(STAGE, (response, content, times) => {
      if (times > 1) return false;
      response.writeHead(200, { 'content-length': content.byteLength });
      response.write(content.subarray(0, content.byteLength / 2), () => response.destroy());
      return true;
    });
    expect(await tab.evaluate(draw, {})).toEqual({ code: 'none', message: '64' });
    expect(site().requests.filter((path) => path === STAGE)).toHaveLength(2);
  });

  it('a body of other bytes, fewer or more than the manifest says is refused', async () => {
    for (const change of [
      (content: Buffer) => content.fill(1, 1000, 1010),
      (content: Buffer) => content.subarray(1),
      (content: Buffer) => Buffer.concat([content, content]),
    ]) {
      const tab = await open();
      site().faults.set(STAGE, (response, content) => {
        response.end(change(Buffer.from(content)));
        return true;
      });
      expect((await tab.evaluate(draw, {})).code).toBe('INTEGRITY_MISMATCH');
    }
  });

  it('models are kept: the next page draws without the server, and damage is mended by another download', async () => {
    const first = await open();
    expect((await first.evaluate(draw, {})).code).toBe('none');
    const second = await openBeside(first);
    expect((await second.evaluate(draw, {})).code).toBe('none');
    expect(site().requests.filter((path) => path === STAGE)).toHaveLength(1);
    // Offline: the manifest kept serves as well.
    for (const path of [MANIFEST, STAGE])
      site().faults.set(path, (response) => response.destroy() !== undefined);
    expect((await second.evaluate(draw, {})).code).toBe('none');
    site().faults.clear();
    await second.evaluate(async () => {
      const cache = await caches.open('wordbrush-models-1');
      for (const request of await cache.keys()) await cache.put(request, new Response('damaged'));
    });
    const third = await openBeside(first);
    expect((await third.evaluate(draw, {})).code).toBe('none');
    expect(site().requests.filter((path) => path === STAGE).length).toBeGreaterThan(1);
  });

  it('two pages that fill one cache at once both draw', async () => {
    const first = await open();
    const second = await openBeside(first);
    const results = await Promise.all([first.evaluate(draw, {}), second.evaluate(draw, {})]);
    expect(results.map(({ code }) => code)).toEqual(['none', 'none']);
  });

  it('without Cache Storage, or with a full one, it draws and warns once', async () => {
    for (const spoil of [
      () => Reflect.deleteProperty(globalThis, 'caches'),
      () => {
        Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
      },
    ]) {
      const tab = await open();
      const warnings: string[] = [];
      tab.on('console', (message) => warnings.push(message.text()));
      await tab.evaluate(spoil);
      expect((await tab.evaluate(draw, {})).code).toBe('none');
      expect(warnings.filter((text) => text.includes('downloaded every time'))).toHaveLength(1);
    }
  });

  it('without WebCrypto, as on a page without https, files are verified all the same', async () => {
    const tab = await open();
    await tab.evaluate(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
    expect((await tab.evaluate(draw, {})).code).toBe('none');
    site().faults.set(STAGE, (response, content) => {
      response.end(Buffer.from(content).fill(1, 1000, 1010));
      return true;
    });
    await tab.evaluate(() => caches.delete('wordbrush-models-1'));
    expect((await tab.evaluate(draw, {})).code).toBe('INTEGRITY_MISMATCH');
  });

  it('an abort ends the call in every phase', async () => {
    const tab = await open();
    for (const phase of ['download', 'verify', 'session', 'generate']) {
      const result = await tab.evaluate(async (wanted) => {
        await caches.delete('wordbrush-models-1');
        const controller = new AbortController();
        return wordbrush
          .generate('a red heart', {
            device: 'wasm',
            count: 2,
            signal: controller.signal,
            onProgress: (event) => {
              if (event.phase === wanted) controller.abort();
            },
          })
          .then(
            () => 'drawn',
            (error: unknown) => (error instanceof wordbrush.WordbrushError ? error.code : String(error)),
          );
      }, phase);
      expect(result, phase).toBe('ABORTED');
    }
  });

  it('where no worker may start, the page draws and says so; workers that were asked for are refused', async () => {
    const tab = await open('?no-worker');
    const notes = await tab.evaluate(async () => {
      const model = await wordbrush.loadModel(undefined, { device: 'wasm' });
      await model.generate('a red heart');
      const { notes: said } = model.info();
      await model.dispose();
      return said;
    });
    expect(notes.join(' ')).toContain('no worker starts');
    expect((await tab.evaluate(draw, { workers: 1 })).code).toBe('WORKER_LOST');
  });
});
