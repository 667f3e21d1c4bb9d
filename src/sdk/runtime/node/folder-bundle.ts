import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { BundleFiles } from '../../bundle/bundle-files.js';
import { reasonOf, WordbrushError } from '../../errors.js';

/**
 * The files of a bundle that is a folder. A link that leads out of the folder counts as a missing file.
 * @throws WordbrushError MODEL_NOT_FOUND if there is no folder.
 */
export async function openFolder(folder: string): Promise<BundleFiles> {
  const location = resolve(folder);
  const root = await rootOf(location);
  const locate = async (path: string): Promise<string | undefined> => {
    const real = await realpath(join(root, path)).catch(() => undefined);
    return real?.startsWith(root + sep) ? real : undefined;
  };
  return {
    location,
    async sizeOf(path) {
      const real = await locate(path);
      const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
      return found?.isFile() ? found.size : undefined;
    },
    async read(path) {
      const real = await locate(path);
      try {
        return await readFile(real ?? join(root, path));
      } catch (error) {
        throw new WordbrushError(
          'FILE_MISSING',
          `Expected to read ${path} in ${location}: ${reasonOf(error)}.`,
          {
            cause: error,
            details: { location, file: path },
          },
        );
      }
    },
  };
}

async function rootOf(location: string): Promise<string> {
  const found = await stat(location).catch(() => undefined);
  if (found?.isDirectory()) {
    return realpath(location);
  }
  const received = found === undefined ? 'nothing is there' : 'it is a file';
  throw new WordbrushError(
    'MODEL_NOT_FOUND',
    `Expected a folder with a model bundle at ${location}; ${received}.`,
    {
      hint: 'Give the folder that `wordbrush export` wrote.',
      details: { location },
    },
  );
}
