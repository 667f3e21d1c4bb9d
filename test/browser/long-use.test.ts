import { describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.js';
import { useBrowser } from './use-browser.js';

/** Of 16 and 32 pixels. */
const TINY = 'fixtures/tiny-bundle';

describe.skipIf(findBrowser() === undefined)('long use in Chromium', () => {
  const { open } = useBrowser();

  /** In the page: draws in a worker. */
  async function draw([model, calls]: readonly [string | undefined, number]): Promise<void> {
    const loaded = await wordbrush.loadModel(model, { device: 'wasm', workers: 1 });
    for (let seed = 0; seed < calls; seed++) await loaded.generate('a red heart', { seed });
    await loaded.dispose();
  }

  /** In the page: the longest that it is held up, in ms, while it draws, and while it only computes for 4 ms at a time. */
  async function holdUps(calls: number): Promise<{ drawnMs: number; controlMs: number }> {
    const longestOf = async (work: () => Promise<void>): Promise<number> => {
      let longest = 0;
      const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      });
      observer.observe({ type: 'longtask' });
      await work();
      observer.disconnect();
      return longest;
    };
    const started = performance.now();
    const drawnMs = await longestOf(async () => {
      const model = await wordbrush.loadModel(undefined, { device: 'wasm', workers: 1 });
      for (let seed = 0; seed < calls; seed++) await model.generate('a red heart', { seed });
      await model.dispose();
    });
    const durationMs = performance.now() - started;
    const controlMs = await longestOf(async () => {
      for (const end = performance.now() + durationMs; performance.now() < end; ) {
        for (const pause = performance.now() + 4; performance.now() < pause; );
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    return { drawnMs, controlMs };
  }

  it('memory stays flat over 900 calls of generate()', async () => {
    const page = await open();
    const client = await page.context().newCDPSession(page);
    await client.send('HeapProfiler.enable');
    const usedBytes = async (): Promise<number> => {
      await client.send('HeapProfiler.collectGarbage');
      return (await client.send('Runtime.getHeapUsage')).usedSize;
    };
    await page.evaluate(draw, [TINY, 50] as const);
    const before = await usedBytes();
    for (let round = 0; round < 3; round++) await page.evaluate(draw, [TINY, 300] as const);
    const grownMiB = ((await usedBytes()) - before) / 2 ** 20;
    // A picture has 4 KiB: 900 that stayed would show as 3.5.
    expect(grownMiB).toBeLessThan(1);
  });

  it('the page is never held up for 50 ms while it loads a model and draws, or as long as any is on this machine', async () => {
    const page = await open();
    const rounds: { drawnMs: number; controlMs: number }[] = [];
    const isQuiet = () => rounds.some(({ drawnMs, controlMs }) => drawnMs < Math.max(50, controlMs));
    // The best of several rounds: other programs of the machine hold a page up as well.
    while (rounds.length < 7 && !isQuiet()) rounds.push(await page.evaluate(holdUps, 10));
    expect(isQuiet(), JSON.stringify(rounds)).toBe(true);
  });
});
