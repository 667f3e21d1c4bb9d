// generate() in Chromium beside bare onnxruntime-web: npm run bench:browser -- [--json] [--rounds N] [--only wasm]
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { BUILD_FILES, DEFAULT_MODEL, RUNTIME_FOLDER } from '../src/sdk/runtime/web/asset-folder.js';
import { BROWSER_HINT, findBrowser } from '../test/browser/find-browser.js';
import { buildEntry, openSite, type Site } from '../test/browser/site.js';
import { firstPicture, type PageTimes, timeInPage } from './browser/in-page.js';

const PROMPT = 'a red heart';
const CASES = [
  { name: 'wasm', device: 'wasm', search: '', cores: undefined },
  // ONNX Runtime takes half as many threads as there are cores.
  { name: 'wasm2', device: 'wasm', search: '?isolated', cores: 4 },
  { name: 'webgpu', device: 'webgpu', search: '', cores: undefined },
] as const;

interface CaseResult {
  threads: number;
  bareMs: number;
  generateMs: number;
  workerMs: number;
  overheadMs: number;
  overheadPercent: number;
  firstPictureMs: number;
  warmPictureMs: number;
  downloadedMb: number;
  longestTaskMs: number;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '30' },
    only: { type: 'string' },
  },
});
const executablePath = findBrowser();
if (executablePath === undefined) throw new Error(`There is no Chromium. ${BROWSER_HINT}`);
const site = await openSite();
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
});
try {
  const results: Record<string, CaseResult> = {};
  for (const one of CASES) {
    if (values.only !== undefined && values.only !== one.name) continue;
    results[one.name] = await measure(browser, site, one);
  }
  const gzipKb =
    (await buildEntry()).first.reduce((sum, code) => sum + gzipSync(code, { level: 9 }).byteLength, 0) / 1000;
  const longestTaskMs = Math.max(...Object.values(results).map((result) => result.longestTaskMs));
  if (values.json) console.log(JSON.stringify({ gzipKb, ...results, longestTaskMs }, null, 2));
  else report(results, gzipKb, longestTaskMs);
} finally {
  await browser.close();
  await site.close();
}

async function measure(
  browser: Browser,
  site: Site,
  { device, search, cores }: (typeof CASES)[number],
): Promise<CaseResult> {
  const context = await browser.newContext();
  // The compiler of this bench names functions by a helper that the page lacks.
  await context.addInitScript('globalThis.__name = (value) => value;');
  if (cores !== undefined) {
    await context.addInitScript(
      `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} });`,
    );
  }
  const openPage = async (): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(600_000);
    const ready = page.waitForEvent('console', (message) => message.text() === 'ready');
    await page.goto(`${site.origin}/${search}`);
    await ready;
    return page;
  };
  const sentBefore = site.sentBytes();
  const cold = await openPage();
  const firstPictureMs = await cold.evaluate(firstPicture, { device, prompt: PROMPT });
  const downloadedMb = (site.sentBytes() - sentBefore) / 1e6;
  await cold.close();
  const page = await openPage();
  const warmPictureMs = await page.evaluate(firstPicture, { device, prompt: PROMPT });
  const times: PageTimes = await page.evaluate(timeInPage, {
    device,
    runtimeUrl: `${site.origin}/wordbrush/${RUNTIME_FOLDER}${BUILD_FILES[device].module}`,
    modelUrl: `${site.origin}/wordbrush/${DEFAULT_MODEL}`,
    prompt: PROMPT,
    rounds: Number(values.rounds),
  });
  await context.close();
  const [bareMs, generateMs] = [median(times.bareMs), median(times.generateMs)];
  const overheadMs = median(times.generateMs.map((ms, round) => ms - (times.bareMs[round] ?? 0)));
  return {
    threads: times.threads,
    bareMs,
    generateMs,
    workerMs: median(times.workerMs),
    overheadMs,
    overheadPercent: (100 * overheadMs) / bareMs,
    firstPictureMs,
    warmPictureMs,
    downloadedMb,
    longestTaskMs: times.longestTaskMs,
  };
}

function report(results: Record<string, CaseResult>, gzipKb: number, longestTaskMs: number): void {
  const columns = [
    'threads',
    'bareMs',
    'generateMs',
    'workerMs',
    'overheadMs',
    'overheadPercent',
    'firstPictureMs',
    'warmPictureMs',
    'downloadedMb',
    'longestTaskMs',
  ] as const;
  console.log(['device', ...columns].map((name) => name.padStart(16)).join(''));
  for (const [name, result] of Object.entries(results)) {
    const cells = columns.map((column) => result[column].toFixed(column === 'threads' ? 0 : 1));
    console.log([name, ...cells].map((cell) => cell.padStart(16)).join(''));
  }
  console.log(
    `entry ${gzipKb.toFixed(1)} kB compressed; longest task of the page ${longestTaskMs.toFixed(0)} ms`,
  );
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
