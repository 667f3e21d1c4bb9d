import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import * as vite from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import webpack from 'webpack';
import { copyAssets, drawInNode, FIXTURES, installWordbrush, isBuilt, pixelsOf } from './bundlers.js';
import { findBrowser } from './find-browser.js';
import { furthest } from './furthest.js';
import { useBrowser } from './use-browser.js';

const skipped = isBuilt ? '' : ' (skipped: run npm run build first)';

/** Each app: how its folder is built, and the folder in it that is served. */
const BUNDLERS: readonly [name: string, build: (app: string) => Promise<void>, served: string][] = [
  ['webpack', buildWithWebpack, 'public'],
  ['vite', buildWithVite, 'dist'],
  ['esbuild', buildWithEsbuild, '.'],
  ['plain', async () => undefined, '.'],
];

describe.skipIf(findBrowser() === undefined || !isBuilt)(`apps of the package${skipped}`, () => {
  const apps = mkdtempSync(join(tmpdir(), 'wordbrush-apps-'));
  beforeAll(async () => {
    for (const [name, build] of BUNDLERS) {
      const app = join(apps, name);
      cpSync(join(FIXTURES, name), app, { recursive: true });
      installWordbrush(app);
      await build(app);
    }
    await copyAssets(join(apps, 'assets'));
  }, 300_000);
  afterAll(() => rmSync(apps, { recursive: true, force: true }));
  const { open, site } = useBrowser(async () => ({
    folders: BUNDLERS.flatMap(([name, , served]) => [
      [`/${name}/wordbrush/`, join(apps, 'assets/')] as const,
      [`/${name}/`, join(apps, name, served, '/')] as const,
    ]),
  }));

  it.each(BUNDLERS)('a page of %s draws what Node draws, in a worker', async (name) => {
    const tab = await open();
    const problems: string[] = [];
    tab.on('pageerror', (error) => problems.push(error.message));
    await tab.goto(`${site().origin}/${name}/index.html`);
    await tab.getByText(/^drawn on/u).waitFor();
    expect(problems).toEqual([]);
    expect(await tab.locator('body').textContent()).toContain('drawn on wasm');
    const drawn = await pixelsOf(tab);
    expect(drawn).toHaveLength(64 * 64 * 4);
    // To one step in 255, as everywhere.
    expect(furthest(drawn, await drawInNode())).toBeLessThanOrEqual(1);
    expect(site().requests.some((path) => path.endsWith('worker-entry.js'))).toBe(true);
    expect(site().requests.every((path) => !path.startsWith('/wordbrush/'))).toBe(true);
  });
});

async function buildWithWebpack(app: string): Promise<void> {
  const { default: settings } = await import(join(app, 'webpack.config.mjs'));
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    webpack(settings, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
  // Warnings too: nothing in the package is to be explained to a bundler.
  expect(stats?.toJson({ all: false, errors: true, warnings: true })).toMatchObject({
    errors: [],
    warnings: [],
  });
}

async function buildWithVite(app: string): Promise<void> {
  // Vite takes it for what the page is built for.
  vi.stubEnv('NODE_ENV', 'production');
  await vite.build({ root: app, base: './', configFile: join(app, 'vite.config.mjs'), logLevel: 'warn' });
  vi.unstubAllEnvs();
}

/** The command of docs/browser.md. */
async function buildWithEsbuild(app: string): Promise<void> {
  const { warnings } = await esbuild.build({
    absWorkingDir: app,
    entryPoints: ['page.js'],
    bundle: true,
    splitting: true,
    format: 'esm',
    outdir: 'out',
  });
  expect(warnings).toEqual([]);
}
