import { execFile } from 'node:child_process';
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { generate } from '../../src/sdk/index.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const FIXTURES = join(ROOT, 'test/fixtures/bundlers');
export const CLI = join(ROOT, 'dist/src/cli/main.js');

/** Whether there is a package to bundle: `npm run build` makes it. */
export const isBuilt = existsSync(CLI);

/** Puts the built package, and what it depends on, into an app's node_modules as `npm install wordbrush` does. */
export function installWordbrush(app: string): void {
  const installed = join(app, 'node_modules/wordbrush');
  rmSync(installed, { recursive: true, force: true });
  cpSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
  cpSync(join(ROOT, 'dist/src'), join(installed, 'dist/src'), { recursive: true });
  const zod = join(app, 'node_modules/zod');
  if (!existsSync(zod)) cpSync(join(ROOT, 'node_modules/zod'), zod, { recursive: true });
}

/** Runs `wordbrush copy-assets`. @param folder what the page is served with. */
export async function copyAssets(folder: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [CLI, 'copy-assets', folder, ...args]);
}

/** The pixels, RGBA, of the picture that a page of the fixtures shows. */
export function pixelsOf(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const picture = document.querySelector('img');
    if (picture === null) return [];
    const context = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight).getContext('2d');
    context?.drawImage(picture, 0, 0);
    return Array.from(context?.getImageData(0, 0, picture.naturalWidth, picture.naturalHeight).data ?? []);
  });
}

/** The picture that the pages of the fixtures draw, as Node draws it: RGBA. */
export async function drawInNode(): Promise<Uint8ClampedArray> {
  const { images } = await generate('a red heart', { seed: 7, device: 'cpu', output: 'rgba' });
  return images[0] ?? new Uint8ClampedArray();
}
