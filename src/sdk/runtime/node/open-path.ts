import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BundleFiles } from '../../bundle/bundle-files.js';
import { openZip } from '../../bundle/sources/zip-bundle.js';
import { reasonOf, WordbrushError } from '../../errors.js';
import { openFolder } from './folder-bundle.js';

/**
 * Opens a folder, or an archive whose name ends in `.zip`; a `file:` URL names either.
 * @throws WordbrushError MODEL_NOT_FOUND.
 */
export async function openPath(place: string): Promise<BundleFiles> {
  const path = place.startsWith('file:') ? pathOfUrl(place) : place;
  if (!/\.zip$/iu.test(path)) {
    return openFolder(path);
  }
  try {
    // A pipe would be waited for without end, and nothing could stop the process from waiting.
    if (!(await stat(path)).isFile()) throw new Error('it is no file');
    return openZip(await readFile(path), path);
  } catch (error) {
    throw error instanceof WordbrushError ? error : notFound(path, reasonOf(error), error);
  }
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw notFound(url, reasonOf(error), error);
  }
}

function notFound(location: string, reason: string, cause: unknown): WordbrushError {
  return new WordbrushError('MODEL_NOT_FOUND', `Expected a model bundle at ${location}: ${reason}.`, {
    hint: 'Give the folder that `wordbrush export` wrote, or a zip archive of it.',
    cause,
    details: { location },
  });
}
