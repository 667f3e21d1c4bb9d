import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/sdk/runtime/web/asset-folder.js';
import { findBrowser } from './find-browser.js';
import { useBrowser } from './use-browser.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist/src/cli/main.js');
const isBuilt = existsSync(CLI);

/** No bundler: modules as they were published, found by an import map. */
const PAGE = `<!doctype html><title>plain</title>
<script type="importmap">{ "imports": { "wordbrush": "/dist/src/sdk/web.js", "zod/mini": "/zod/mini/index.js" } }</script>
<script type="module">
import * as wordbrush from 'wordbrush';
Object.assign(globalThis, { wordbrush });
console.log('ready');
</script>`;

const skipped = !isBuilt ? ' (skipped: run npm run build first)' : '';

describe.skipIf(findBrowser() === undefined || !isBuilt)(`copy-assets and a plain page${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wordbrush-assets-'));
  const copyAssets = (...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, [CLI, 'copy-assets', ...args]);
  const { open, site } = useBrowser(async () => {
    await copyAssets(folder);
    return {
      pages: [['/plain', PAGE]],
      folders: [
        ['/copied/', `${folder}/`],
        ['/dist/', join(ROOT, 'dist/')],
        ['/zod/', join(ROOT, 'node_modules/zod/')],
      ],
    };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('draws by modules as published, from the folder that the command filled', async () => {
    const page = await open('plain');
    const drawn = await page.evaluate(async () => {
      const options = { assets: '/copied/', device: 'wasm', seed: 7 } as const;
      const model = await wordbrush.loadModel(undefined, { assets: '/copied/', device: 'wasm' });
      const { images } = await model.generate('a red heart', { seed: options.seed });
      const { notes, location } = model.info();
      await model.dispose();
      return { width: images[0]?.width, notes, location };
    });
    expect(drawn.width).toBe(64);
    expect(drawn.location).toContain('/copied/models/stackgan-emoji');
    // In a worker, whose script and imports were copied too.
    expect(drawn.notes.join()).not.toContain('no worker');
    expect(site().requests).toContain(`/copied/${VERSION}/scripts/worker/serve-calls.js`);
  });

  it('copies what it is asked for, and refuses what is not there', async () => {
    const other = mkdtempSync(join(tmpdir(), 'wordbrush-assets-'));
    try {
      const { stdout } = await copyAssets(other, '--device', 'wasm', '--models', 'none');
      expect(stdout).toMatch(/^copied \d+ files, 14\.\d MB, to /u);
      const runtime = readdirSync(join(other, VERSION, 'onnxruntime')).sort();
      expect(runtime).toEqual([
        'ort-wasm-simd-threaded.mjs',
        'ort-wasm-simd-threaded.wasm',
        'ort.wasm.min.mjs',
      ]);
      await expect(copyAssets(other, '--models', 'unicorn')).rejects.toMatchObject({
        stderr: expect.stringContaining('"unicorn"'),
      });
      await expect(copyAssets(other, '--device', 'abacus')).rejects.toMatchObject({
        stderr: expect.stringContaining('abacus'),
      });
      await expect(copyAssets(join(CLI, 'inside-a-file'))).rejects.toMatchObject({
        stderr: expect.stringContaining('OUTPUT_NOT_WRITABLE'),
      });
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});
