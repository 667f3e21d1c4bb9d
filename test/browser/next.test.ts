import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyAssets, drawInNode, FIXTURES, installWordbrush, isBuilt, pixelsOf } from './bundlers.js';
import { findBrowser } from './find-browser.js';
import { furthest } from './furthest.js';
import { useBrowser } from './use-browser.js';

const APP = join(FIXTURES, 'next');
const NEXT = join(APP, 'node_modules/next/dist/bin/next');
const isInstalled = existsSync(NEXT);
const skipped = !isInstalled
  ? ' (skipped: run npm ci --ignore-scripts in test/fixtures/bundlers/next first)'
  : !isBuilt
    ? ' (skipped: run npm run build first)'
    : '';

describe.skipIf(findBrowser() === undefined || skipped !== '')(
  `a Next.js app of the package${skipped}`,
  () => {
    beforeAll(async () => {
      for (const folder of ['.next', 'out', 'public'])
        rmSync(join(APP, folder), { recursive: true, force: true });
      installWordbrush(APP);
      await copyAssets(join(APP, 'public/wordbrush'), '--device', 'wasm');
      await promisify(execFile)(process.execPath, [NEXT, 'build'], {
        cwd: APP,
        env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      });
    }, 600_000);
    const { open, site } = useBrowser(async () => ({
      folders: [
        ['/_next/', join(APP, 'out/_next/')],
        ['/wordbrush/', join(APP, 'out/wordbrush/')],
        ['/next.html', join(APP, 'out/index.html')],
      ],
    }));

    it('a client component draws what Node draws, in a worker, from public/', async () => {
      const tab = await open();
      const problems: string[] = [];
      tab.on('pageerror', (error) => problems.push(error.message));
      await tab.goto(`${site().origin}/next.html`);
      await tab.getByText(/^drawn on/u).waitFor();
      await tab.waitForFunction(() => document.querySelector('img')?.complete);
      expect(problems).toEqual([]);
      expect(await tab.locator('body').textContent()).toContain('drawn on wasm');
      const drawn = await pixelsOf(tab);
      expect(drawn).toHaveLength(64 * 64 * 4);
      expect(furthest(drawn, await drawInNode())).toBeLessThanOrEqual(1);
      expect(site().requests.some((path) => path.endsWith('worker-entry.js'))).toBe(true);
    });
  },
);
