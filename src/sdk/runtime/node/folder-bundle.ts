import { createHash } from 'node:crypto';
import { open, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { BundleFiles, ReadOptions } from '../../bundle/bundle-files.js';
import { reasonOf, WordbrushError } from '../../errors.js';
import { throwIfAborted } from '../../generation/abort.js';

/** What is read and hashed at a time: a millisecond or two, in which the event loop waits. */
const PIECE_BYTES = 2 ** 20;

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
    async read(path, options) {
      const real = await locate(path);
      try {
        return await readHashed(real ?? join(root, path), options);
      } catch (error) {
        if (error instanceof WordbrushError) throw error;
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

/**
 * Reads and hashes piece by piece. Not by WebCrypto, which copies what it hashes on other threads: what the C library keeps
 * of the copies lets a process grow with every model that it loads.
 */
async function readHashed(path: string, { signal, onSha256 }: ReadOptions = {}): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    const hash = createHash('sha256');
    let read = 0;
    while (read < size) {
      throwIfAborted(signal);
      const { bytesRead } = await file.read(bytes, read, Math.min(PIECE_BYTES, size - read), read);
      // Cut short meanwhile: whoever asked compares the size.
      if (bytesRead === 0) break;
      hash.update(bytes.subarray(read, read + bytesRead));
      read += bytesRead;
    }
    onSha256?.(hash.digest('hex'));
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
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
