import type { FileCache } from '../../bundle/sources/file-cache.js';
import { reasonOf } from '../../errors.js';

const CACHE_NAME = 'wordbrush-models-1';
/** Entries need a URL; none is ever asked for at this one. */
const PREFIX = 'https://wordbrush.invalid/';

/**
 * Keeps downloads in the browser's Cache Storage. Where there is none (a page without https, storage that is blocked or
 * full) everything is downloaded every time.
 * @param warn told once if nothing can be kept.
 */
export function cacheStorage(warn: (message: string) => void): FileCache {
  const urlOf = (key: string): string => PREFIX + key;
  let warned = false;
  return {
    async get(key) {
      try {
        const response = await (await openCache()).match(urlOf(key));
        return response && new Uint8Array(await response.arrayBuffer());
      } catch {
        return undefined;
      }
    },
    async put(key, bytes) {
      try {
        // Copied: a Response takes no view of shared memory.
        await (await openCache()).put(urlOf(key), new Response(new Uint8Array(bytes)));
      } catch (error) {
        if (!warned) {
          warned = true;
          warn(`Models are downloaded every time, for the browser keeps none: ${reasonOf(error)}.`);
        }
      }
    },
    async remove(key) {
      await openCache()
        .then((cache) => cache.delete(urlOf(key)))
        .catch(() => undefined);
    },
  };
}

async function openCache(): Promise<Cache> {
  if (typeof caches === 'undefined') {
    throw new Error('it has Cache Storage only on pages that are served by https');
  }
  return caches.open(CACHE_NAME);
}
