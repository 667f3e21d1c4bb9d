import type { BundleFiles } from '../../bundle/bundle-files.js';
import { openSource } from '../../bundle/sources/open-source.js';
import { openUrl } from '../../bundle/sources/url-bundle.js';
import { WordbrushError } from '../../errors.js';
import type { Platform } from '../platform.js';
import { assetFolder, COPY_HINT, DEFAULT_MODELS } from './asset-folder.js';
import { cacheStorage } from './cache-storage.js';
import { lazyWebImages } from './lazy-web-images.js';
import type { PageDevices } from './page-devices.js';

/**
 * A page: bundles come from servers, archives or memory and are kept in Cache Storage; picture files are the browser's;
 * what a device is good for is found out once a page.
 */
export function createWebPlatform(): Platform {
  const cache = cacheStorage(warn);
  // Fetched while the model is: what runs graphs is a third of the code.
  let page: Promise<PageDevices> | undefined;
  return {
    async openBundle(source, { purpose, signal, assets }) {
      if (source === undefined) {
        return openDefault(new URL(DEFAULT_MODELS[purpose], assetFolder(assets, pageUrl())).href, signal);
      }
      const openPath = (path: string): Promise<BundleFiles> =>
        openUrl(new URL(path, pageUrl()).href, cache, signal);
      return openSource(source, { openPath, cache }, signal);
    },
    async openRuntime(options) {
      const assets = assetFolder(options.assets, pageUrl());
      page ??= import('./page-devices.js').then((module) => module.createPageDevices());
      return (await page).open(assets, options);
    },
    images: lazyWebImages,
    warn,
  };

  async function openDefault(location: string, signal: AbortSignal | undefined): Promise<BundleFiles> {
    try {
      return await openUrl(location, cache, signal);
    } catch (error) {
      // Many servers answer with a page where they have no file: then it is the manifest that is invalid.
      const isMissing =
        error instanceof WordbrushError && ['MODEL_NOT_FOUND', 'MANIFEST_INVALID'].includes(error.code);
      if (!isMissing) throw error;
      throw new WordbrushError(
        'MODEL_NOT_FOUND',
        `Expected the default model at ${location}; it is not there.`,
        {
          hint: COPY_HINT,
          cause: error,
          details: { location },
        },
      );
    }
  }
}

/** What relative URLs are relative to: of a worker of the caller's own, its script. */
function pageUrl(): string {
  return typeof document === 'undefined' ? location.href : document.baseURI;
}

function warn(message: string): void {
  // biome-ignore lint/suspicious/noConsole: what process warnings are in Node.
  console.warn(`wordbrush: ${message}`);
}
