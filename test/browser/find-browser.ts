import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** How to get a browser for the tests. */
export const BROWSER_HINT =
  'Install Chromium (Debian: apt-get install chromium) or Chrome, run npx playwright-core install chromium, or set WORDBRUSH_BROWSER to its path.';

/** The path of Chromium or Chrome: the one that WORDBRUSH_BROWSER names, the system's, or Playwright's own. */
export function findBrowser(): string | undefined {
  const named = process.env.WORDBRUSH_BROWSER;
  return [...(named === undefined ? PLACES : [named]), chromium.executablePath()].find(existsSync);
}
