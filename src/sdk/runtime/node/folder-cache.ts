import { readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { FileCache } from '../../bundle/sources/file-cache.js';
import { reasonOf } from '../../errors.js';
import { writeWholeFile } from './write-file.js';

/**
 * A cache in a folder that any number of processes may share: files appear in it whole, under the name of their
 * content, so two that download the same file only replace it with itself.
 * @param warn told once if nothing can be kept: a full disk or a folder without write permission costs time, no picture.
 */
export function folderCache(folder: string, warn: (message: string) => void): FileCache {
  const place = (key: string): string => join(folder, key.slice(0, 2), key);
  let warned = false;
  return {
    get: (key) =>
      readFile(place(key)).then(
        (file) => new Uint8Array(file.buffer, file.byteOffset, file.length),
        () => undefined,
      ),
    async put(key, bytes) {
      try {
        await writeWholeFile(place(key), bytes);
      } catch (error) {
        if (!warned) {
          warned = true;
          warn(`Models are downloaded every time, for the cache cannot be written: ${reasonOf(error)}.`);
        }
      }
    },
    remove: (key) => rm(place(key), { force: true }).catch(() => undefined),
  };
}

/** WORDBRUSH_CACHE, or `wordbrush/models` where the system keeps caches. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { WORDBRUSH_CACHE: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (own !== undefined && own !== '') {
    return own;
  }
  const models = join('wordbrush', 'models');
  if (platform === 'win32') {
    return join(local ?? join(homedir(), 'AppData', 'Local'), models);
  }
  if (platform === 'darwin') {
    return join(homedir(), 'Library', 'Caches', models);
  }
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), models);
}
