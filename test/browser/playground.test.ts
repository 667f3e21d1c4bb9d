import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBrowser } from './find-browser.js';
import { openSite, type Site } from './site.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(ROOT, 'dist/src/cli/main.js');
const isBuilt = existsSync(CLI);
const skipped = isBuilt ? '' : ' (skipped: run npm run build first)';

describe.skipIf(findBrowser() === undefined || !isBuilt)(`the playground, built by Vite${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wordbrush-playground-'));
  let site: Site | undefined;

  beforeAll(async () => {
    // Vite takes it for what the page is built for.
    vi.stubEnv('NODE_ENV', 'production');
    await build({
      root: join(ROOT, 'examples/browser'),
      configFile: join(ROOT, 'examples/browser/vite.config.ts'),
      logLevel: 'silent',
      build: { outDir: folder, emptyOutDir: true, copyPublicDir: false },
    });
    vi.unstubAllEnvs();
    await promisify(execFile)(process.execPath, [CLI, 'copy-assets', join(folder, 'wordbrush')]);
    site = await openSite({
      folders: [
        ['/playground/service-worker.js', join(ROOT, 'examples/browser/public/service-worker.js')],
        ['/playground/', `${folder}/`],
      ],
    });
  });
  afterAll(async () => {
    await site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** In what a busy machine takes for a step. */
  const patience = { timeout: 30_000 };
  const drawn = (page: Page) => page.getByText(/^Drawn in \d+ ms/u).waitFor();
  const pixels = (page: Page) =>
    page.evaluate(() => document.querySelector<HTMLCanvasElement>('#picture')?.toDataURL() ?? '');

  it('draws, by keyboard alone, what the seed and sentence say; saves; works offline; asks for nothing that is not there', async () => {
    const origin = site?.origin ?? '';
    const browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
    try {
      const page = await (await browser.newContext({ viewport: { width: 390, height: 800 } })).newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('response', (response) => {
        if (!response.ok()) problems.push(`${response.url()} ${response.status()}`);
      });
      await page.goto(`${origin}/playground/index.html`);
      await drawn(page);
      const first = await pixels(page);
      await page.getByLabel('Draw', { exact: true }).focus();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('a yellow star');
      await expect
        .poll(() => page.locator('#picture').getAttribute('aria-label'), patience)
        .toContain('a yellow star');
      expect(await pixels(page)).not.toBe(first);
      await expect.poll(() => page.locator('#words').textContent(), patience).toContain('yellow');
      // The same sentence again gives the same picture.
      await page.getByLabel('Draw', { exact: true }).fill('a red heart');
      await expect.poll(() => pixels(page), patience).toBe(first);
      await page.getByRole('button', { name: 'Seed 9' }).click();
      expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('9');
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save PNG' }).click();
      expect((await saving).suggestedFilename()).toMatch(/^a-red-heart-\d+\.png$/u);
      await page.getByRole('button', { name: 'Morph', exact: true }).click();
      await expect
        .poll(() => page.getByRole('button', { name: 'Save animation' }).isEnabled(), patience)
        .toBe(true);
      const animation = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save animation' }).click();
      expect((await animation).suggestedFilename()).toBe('a-red-heart-to-a-yellow-star.png');
      // Nothing sticks out of a phone.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await page.evaluate(() => navigator.serviceWorker.ready);
      await page.reload();
      await drawn(page);
      expect(problems).toEqual([]);
      await page.context().setOffline(true);
      await page.reload();
      await drawn(page);
    } finally {
      await browser.close();
    }
  });
});
