import type { FilesInMemory } from './memory-bundle.js';

/**
 * Where a model bundle is: the path of a folder or of a zip archive, the URL of a folder, an archive's bytes, or its
 * files by their path inside the bundle.
 */
export type ModelSource = string | URL | Uint8Array | Blob | FilesInMemory;

const LONGEST_PATH = 4096;

/** Whether a value has the form of a {@link ModelSource}; not whether there is a model. */
export function isModelSource(value: unknown): value is ModelSource {
  if (typeof value === 'string') {
    return value !== '' && value.length <= LONGEST_PATH && !value.includes('\0');
  }
  if (value instanceof URL || value instanceof Uint8Array || value instanceof Blob) {
    return true;
  }
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  const contents = isPlain ? Object.values(value) : [];
  return contents.length > 0 && contents.every((one) => one instanceof Uint8Array || one instanceof Blob);
}
