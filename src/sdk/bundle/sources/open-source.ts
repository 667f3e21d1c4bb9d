import type { BundleFiles } from '../bundle-files.js';
import type { FileCache } from './file-cache.js';
import { openMemory } from './memory-bundle.js';
import type { ModelSource } from './model-source.js';
import { openUrl } from './url-bundle.js';

/** What differs between Node and a browser in opening a bundle. */
export interface SourcePlaces {
  /** Opens a path of the file system. @throws WordbrushError MODEL_NOT_FOUND. */
  openPath(path: string): Promise<BundleFiles>;
  /** Where downloads are kept. */
  cache: FileCache;
}

/** @throws WordbrushError MODEL_NOT_FOUND, NETWORK, MANIFEST_INVALID, MANIFEST_VERSION, INVALID_OPTION, ABORTED. */
export async function openSource(
  source: ModelSource,
  { openPath, cache }: SourcePlaces,
  signal: AbortSignal | undefined,
): Promise<BundleFiles> {
  if (source instanceof Uint8Array) {
    return openArchive(source);
  }
  if (source instanceof Blob) {
    return openArchive(new Uint8Array(await source.arrayBuffer()));
  }
  if (source instanceof URL || typeof source === 'string') {
    const text = String(source);
    return /^https?:/iu.test(text) ? openUrl(text, cache, signal) : openPath(text);
  }
  return openMemory(source);
}

async function openArchive(archive: Uint8Array): Promise<BundleFiles> {
  const { openZip } = await import('./zip-bundle.js');
  return openZip(archive, 'the archive given');
}
