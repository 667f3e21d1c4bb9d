import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { findBrowser } from './find-browser.js';
import { openSite, type Site, type SiteOptions } from './site.js';

declare global {
  /** In the page: what an app imports. */
  var wordbrush: typeof import('../../src/sdk/web.js');
  var drawNormals: typeof import('../../src/sdk/noise/index.js').normalNoise;
}

/** A host that browsers do not take for this machine, so that its pages have what pages without https have. */
export const INSECURE_HOST = 'wordbrush.test';

export interface BrowserTests {
  site(): Site;
  /** A page of a profile of its own. @param search of the URL, see Site; or another path. */
  open(search?: string): Promise<Page>;
  /** Another page of the same profile. */
  openBeside(page: Page, search?: string): Promise<Page>;
}

/** One browser and one site for the tests of a file, and a profile of its own for each test. */
export function useBrowser(options: () => Promise<SiteOptions> = async () => ({})): BrowserTests {
  let browser: Browser | undefined;
  let site: Site | undefined;
  const contexts: BrowserContext[] = [];
  const path = findBrowser();
  beforeAll(async () => {
    if (path === undefined) return;
    [browser, site] = await Promise.all([
      chromium.launch({
        executablePath: path,
        // SwiftShader computes WebGPU on the processor, so that it is tested where there is no graphics card.
        args: [
          '--no-sandbox',
          '--enable-unsafe-webgpu',
          '--use-webgpu-adapter=swiftshader',
          '--disable-gpu-sandbox',
          `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
        ],
      }),
      options().then(openSite),
    ]);
  }, 300_000);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    site?.faults.clear();
    site?.requests.splice(0);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.close()]);
  });
  const opened = (): Site => {
    if (site === undefined) throw new Error('There is no site before the tests, or without a browser.');
    return site;
  };
  const openIn = async (context: BrowserContext | undefined, search: string): Promise<Page> => {
    if (context === undefined) throw new Error('There is no browser.');
    const page = await context.newPage();
    page.setDefaultTimeout(110_000);
    const ready = page.waitForEvent('console', (message) => message.text() === 'ready');
    await page.goto(`${opened().origin}/${search}`);
    await ready;
    return page;
  };
  return {
    site: opened,
    async open(search = '') {
      const context = await browser?.newContext();
      if (context !== undefined) contexts.push(context);
      return openIn(context, search);
    },
    openBeside: (page, search = '') => openIn(page.context(), search),
  };
}
