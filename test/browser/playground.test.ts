import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { useMicroAttngan } from '../sdk/micro-bundles.js';
import { CLI, isBuilt, ROOT } from './bundlers.js';
import { findBrowser } from './find-browser.js';
import { openSite, type Site } from './site.js';

const skipped = isBuilt ? '' : ' (skipped: run npm run build first)';
const EMOJI = join(ROOT, 'exported-models/stackgan-emoji');
const SCORER = join(ROOT, 'exported-models/damsm-emoji');

describe.skipIf(findBrowser() === undefined || !isBuilt)(`the playground, built by Vite${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wordbrush-playground-'));
  const attngan = useMicroAttngan();
  let site: Site | undefined;
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];

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
    const bundles = [EMOJI, otherPrecision(join(folder, 'stackgan-emoji-int8')), attngan().folder, SCORER];
    const to = join(folder, 'wordbrush');
    await promisify(execFile)(process.execPath, [CLI, 'copy-assets', to, '--models', bundles.join()]);
    site = await openSite({
      pages: [['/playground/', readFileSync(join(folder, 'index.html'), 'utf8')]],
      folders: [['/playground/', `${folder}/`]],
    });
    browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
  }, 300_000);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    site?.requests.splice(0);
    site?.faults.clear();
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** In what a busy machine takes for a step. */
  const patience = { timeout: 30_000 };
  const drawn = (page: Page) => page.getByText(/^Drawn in \d+ ms/u).waitFor();
  const sentence = (page: Page) => page.getByLabel('Draw', { exact: true });
  const chooser = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
  const pixels = (page: Page) =>
    page.evaluate(() => document.querySelector<HTMLCanvasElement>('#picture')?.toDataURL() ?? '');
  /** The page in a profile of its own, as wide as a phone, and what it complains of. */
  async function visit(): Promise<{ page: Page; problems: string[] }> {
    const context = await browser?.newContext({ viewport: { width: 390, height: 800 } });
    if (context === undefined) throw new Error('There is no browser.');
    contexts.push(context);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('response', (response) => {
      if (!response.ok()) problems.push(`${response.url()} ${response.status()}`);
    });
    await page.goto(`${site?.origin}/playground/`);
    await drawn(page);
    return { page, problems };
  }

  it('draws, by keyboard alone, what the seed and sentence say; saves; asks for nothing that is not there', async () => {
    const { page, problems } = await visit();
    const first = await pixels(page);
    await sentence(page).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('a yellow star');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator('#picture').getAttribute('aria-label'), patience)
      .toContain('a yellow star');
    expect(await pixels(page)).not.toBe(first);
    await expect.poll(() => page.locator('#words').textContent(), patience).toContain('yellow');
    // The same sentence again gives the same picture.
    await page.getByRole('button', { name: 'a red heart' }).click();
    await expect.poll(() => pixels(page), patience).toBe(first);
    await page.getByRole('button', { name: 'Seed 9' }).click();
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe('9');
    await drawn(page);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save PNG' }).click();
    expect((await saving).suggestedFilename()).toMatch(/^a-red-heart-\d+\.png$/u);
    // Nothing sticks out of a phone.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(problems).toEqual([]);
  });

  it('works without a connection after one visit, also what was not used then', async () => {
    const { page } = await visit();
    await page.getByText('Works offline.').waitFor();
    await page.context().setOffline(true);
    // Chromium looks for another service worker all the same.
    const worker = '/playground/service-worker.js';
    site?.faults.set(worker, (response) => response.destroy() !== undefined);
    site?.requests.splice(0);
    await page.reload();
    await drawn(page);
    await page.getByText('Works offline.').waitFor();
    await page.getByRole('button', { name: 'Morph', exact: true }).click();
    const save = page.getByRole('button', { name: 'Save animation' });
    await expect.poll(() => save.isEnabled(), patience).toBe(true);
    const saving = page.waitForEvent('download');
    await save.click();
    expect((await saving).suggestedFilename()).toBe('a-red-heart-to-a-yellow-star.png');
    expect(site?.requests.filter((path) => path !== worker)).toEqual([]);
  });

  it('switches precision among those that a model is there in', async () => {
    const { page } = await visit();
    const precision = chooser(page, 'Precision');
    expect(await precision.locator('option').allTextContents()).toEqual(['fp32', 'int8']);
    await precision.selectOption('int8');
    await expect.poll(() => page.locator('#numbers').textContent(), patience).toContain('weights as int8');
    await chooser(page, 'Model').selectOption('micro');
    await expect.poll(() => page.locator('#sizes').textContent(), patience).toContain('128 px');
    expect(await precision.locator('option').allTextContents()).toEqual(['fp32']);
    expect(await precision.isDisabled()).toBe(true);
  });

  it('scores what a model without an image encoder drew by the model that comes with it, which is none to draw with', async () => {
    const { page, problems } = await visit();
    const offered = await chooser(page, 'Model').locator('option').allTextContents();
    expect(offered).not.toContain('damsm-emoji');
    await page.locator('#score-texts').fill('a red heart\nkeyboard\nfrog');
    await page.getByRole('button', { name: 'Score the drawn picture' }).click();
    await expect.poll(() => page.locator('#scores li').count(), patience).toBe(3);
    expect(problems).toEqual([]);
  });

  it('shows stages, where each word looked, and scores what was drawn, of a model that can', async () => {
    const { page } = await visit();
    await chooser(page, 'Model').selectOption('micro');
    await sentence(page).fill('a small yellow bird');
    const word = page.getByRole('button', { name: /^yellow, looked mostly at the \w+/u });
    await word.focus();
    const overlay = page.locator('#attention');
    expect(await overlay.getAttribute('class')).toBe('shown');
    expect(await overlay.evaluate((canvas: HTMLCanvasElement) => canvas.width)).toBe(128);
    expect(await page.locator('#sizes .done').count()).toBe(2);
    await page.locator('#score-texts').fill('a small bird\na yellow bird');
    await page.getByRole('button', { name: 'Score the drawn picture' }).click();
    await expect.poll(() => page.locator('#scores li').count(), patience).toBe(2);
    expect(await page.locator('#scores').textContent()).toMatch(/bird-?\d\.\d\d/u);
  });

  it('says what is wrong, and goes on with what it had', async () => {
    const { page } = await visit();
    await sentence(page).fill('zzxxyy');
    const status = page.locator('#status');
    await expect.poll(() => status.textContent(), patience).toContain('"zzxxyy"');
    await sentence(page).fill('a red heart');
    await drawn(page);
    // Without the switch that tests take, Chromium has no WebGPU here.
    await chooser(page, 'Device').selectOption('webgpu');
    await expect.poll(() => status.textContent(), patience).toContain('webgpu');
    expect(await chooser(page, 'Device').inputValue()).toBe('auto');
    await sentence(page).fill('a yellow star');
    await drawn(page);
  });

  it('names everything that takes the focus, in the order of the page', async () => {
    const { page } = await visit();
    await page.getByRole('button', { name: 'Seed 14' }).waitFor();
    await sentence(page).focus();
    const order: string[] = [];
    // Three sentences to try, ten controls, eight seeds.
    for (let step = 0; step < 21; step++) {
      await page.keyboard.press('Tab');
      order.push(await page.evaluate(() => document.activeElement?.id ?? ''));
    }
    expect(order.filter((id) => id !== '')).toEqual([
      'save',
      'seed',
      'shuffle',
      'variation',
      'truncation',
      'model',
      'precision',
      'device',
      'morph-target',
      'morph-start',
    ]);
    const tree = await page.locator('body').ariaSnapshot();
    for (const line of [
      'heading "wordbrush" [level=1]',
      'textbox "Draw"',
      'status',
      'img "a red heart, seed 7, 64 pixels"',
      'slider "Variation"',
      'slider "Truncation"',
      'button "Seed 7" [pressed]',
      'heading "Morph" [level=2]',
    ]) {
      expect(tree).toContain(line);
    }
    expect(tree).not.toMatch(/^\s*- (button|textbox|combobox|slider|img)(:|$)/mu);
  });
});

/** The emoji bundle once more, as if its weights were stored in another precision. */
function otherPrecision(to: string): string {
  cpSync(EMOJI, to, { recursive: true });
  const path = join(to, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"precision": "fp32"', '"precision": "int8"'));
  return to;
}
