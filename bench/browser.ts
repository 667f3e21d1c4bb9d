// generate() in Chromium beside bare onnxruntime-web: npm run bench:browser -- [--json] [--rounds N] [--only wasm]
// Both run the same graphs in one page, in turns and with a rest between, and what is compared is the median of the rounds'
// differences: what else the machine does falls on both.
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { BUILD_FILES, DEFAULT_MODELS, RUNTIME_FOLDER } from '../src/sdk/runtime/web/asset-folder.js';
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

/** generate() may cost so much more than the bare runs, whichever is more. */
const MOST_PERCENT = 3;
const MOST_MS = 2;
const FIRST_PICTURES = 3;
/** Columns of the table without decimals. */
const WHOLE: readonly string[] = ['threads', 'rounds'];
/** Of the rounds of one case: WebGPU on the processor is slow. */
const MOST_ROUNDS_MS = 60_000;

interface CaseResult {
  threads: number;
  rounds: number;
  bareMs: number;
  generateMs: number;
  workerMs: number;
  /** Median of the differences, and its standard error. */
  overheadMs: number;
  overheadErrorMs: number;
  overheadPercent: number;
  /** Whether the overhead is within the limit. */
  isWithin: boolean;
  firstPictureMs: number;
  warmPictureMs: number;
  downloadedMb: number;
  longestTaskMs: number;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '200' },
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

async function measure(browser: Browser, site: Site, one: (typeof CASES)[number]): Promise<CaseResult> {
  const { device } = one;
  const [firstMs, warmMs]: [number[], number[]] = [[], []];
  let downloadedMb = 0;
  for (let each = 0; each < FIRST_PICTURES; each++) {
    const context = await openContext(browser, one);
    const sentBefore = site.sentBytes();
    for (const times of [firstMs, warmMs]) {
      const page = await openPage(context, site, one);
      times.push(await page.evaluate(firstPicture, { device, prompt: PROMPT }));
      if (times === firstMs) downloadedMb = (site.sentBytes() - sentBefore) / 1e6;
      await page.close();
    }
    await context.close();
  }
  const context = await openContext(browser, one);
  const page = await openPage(context, site, one);
  const times: PageTimes = await page.evaluate(timeInPage, {
    device,
    runtimeUrl: `${site.origin}/wordbrush/${RUNTIME_FOLDER}${BUILD_FILES[device].module}`,
    modelUrl: `${site.origin}/wordbrush/${DEFAULT_MODELS.drawing}`,
    prompt: PROMPT,
    rounds: Number(values.rounds),
    mostMs: MOST_ROUNDS_MS,
  });
  await context.close();
  const bareMs = median(times.bareMs);
  const differencesMs = times.generateMs.map((ms, round) => ms - (times.bareMs[round] ?? 0));
  const overheadMs = median(differencesMs);
  return {
    threads: times.threads,
    rounds: times.bareMs.length,
    bareMs,
    generateMs: median(times.generateMs),
    workerMs: median(times.workerMs),
    overheadMs,
    overheadErrorMs: errorOfMedian(differencesMs),
    overheadPercent: (100 * overheadMs) / bareMs,
    isWithin: overheadMs <= Math.max(MOST_MS, (MOST_PERCENT / 100) * bareMs),
    firstPictureMs: median(firstMs),
    warmPictureMs: median(warmMs),
    downloadedMb,
    longestTaskMs: times.longestTaskMs,
  };
}

async function openContext(browser: Browser, { cores }: (typeof CASES)[number]): Promise<BrowserContext> {
  const context = await browser.newContext();
  // The compiler of this bench names functions by a helper that the page lacks.
  await context.addInitScript('globalThis.__name = (value) => value;');
  if (cores !== undefined) {
    await context.addInitScript(
      `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} });`,
    );
  }
  return context;
}

async function openPage(
  context: BrowserContext,
  site: Site,
  { search }: (typeof CASES)[number],
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(600_000);
  const ready = page.waitForEvent('console', (message) => message.text() === 'ready');
  await page.goto(`${site.origin}/${search}`);
  await ready;
  return page;
}

function report(results: Record<string, CaseResult>, gzipKb: number, longestTaskMs: number): void {
  const columns = [
    'threads',
    'rounds',
    'bareMs',
    'generateMs',
    'workerMs',
    'overheadMs',
    'overheadErrorMs',
    'overheadPercent',
    'firstPictureMs',
    'warmPictureMs',
    'downloadedMb',
    'longestTaskMs',
  ] as const;
  console.log(['device', ...columns].map((name) => name.padStart(16)).join(''));
  for (const [name, result] of Object.entries(results)) {
    const cells = columns.map((column) => result[column].toFixed(WHOLE.includes(column) ? 0 : 1));
    const verdict = result.isWithin ? '' : `  more than ${MOST_PERCENT} % and ${MOST_MS} ms`;
    console.log([name, ...cells].map((cell) => cell.padStart(16)).join('') + verdict);
  }
  console.log(
    `entry ${gzipKb.toFixed(1)} kB compressed; longest task of the page ${longestTaskMs.toFixed(0)} ms`,
  );
}

function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** From the quartiles, as of a normal distribution: outliers do not count. */
function errorOfMedian(numbers: readonly number[]): number {
  const deviation = (quantile(numbers, 0.75) - quantile(numbers, 0.25)) / 1.349;
  return (1.253 * deviation) / Math.sqrt(numbers.length);
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
}
