import { reasonOf, WordbrushError } from '../../errors.js';
import type { BundleFiles } from '../bundle-files.js';
import { readAtMost } from './read-at-most.js';
import {
  DEFLATED,
  type InvalidArchive,
  packedBytes,
  readZipDirectory,
  STORED,
  type ZipDirectoryEntry,
} from './zip-directory.js';

/**
 * The files of a bundle that was put into a zip archive, with its folder or without.
 * @param location what to call the archive in messages.
 * @throws WordbrushError MODEL_NOT_FOUND if it is no archive, or one without a manifest.
 */
export function openZip(archive: Uint8Array, location: string): BundleFiles {
  const invalid: InvalidArchive = (reason, cause) =>
    new WordbrushError(
      'MODEL_NOT_FOUND',
      `Expected a zip archive with a model bundle at ${location}: ${reason}.`,
      {
        hint: 'Get the archive again, or make it again from the folder that `wordbrush export` wrote.',
        cause,
        details: { location },
      },
    );
  const entries = new Map(readZipDirectory(archive, invalid).map((entry) => [entry.path, entry]));
  const folder = folderOf([...entries.keys()]);
  if (folder === undefined) {
    throw invalid('it has no manifest.json');
  }
  return {
    location,
    sizeOf: async (path) => entries.get(folder + path)?.size,
    async read(path) {
      const entry = entries.get(folder + path);
      if (entry === undefined) {
        throw invalid(`it has no ${path}`);
      }
      return unpack(packedBytes(archive, entry, invalid), entry, invalid);
    },
  };
}

/** The folder of the manifest inside the archive, `` or `name/`. */
function folderOf(paths: readonly string[]): string | undefined {
  const manifest = paths.find((path) => /^(?:[^/]+\/)?manifest\.json$/u.test(path));
  return manifest?.slice(0, -'manifest.json'.length);
}

async function unpack(
  packed: Uint8Array,
  { path, method, size }: ZipDirectoryEntry,
  invalid: InvalidArchive,
): Promise<Uint8Array> {
  if (method === STORED) {
    return packed;
  }
  if (method !== DEFLATED) {
    throw invalid(`'${path}' is compressed by method ${method}, which is not read`);
  }
  try {
    // Copied, for streams take no view of memory that may be shared.
    const stream = new Blob([new Uint8Array(packed)])
      .stream()
      .pipeThrough(new DecompressionStream('deflate-raw'));
    // The cap stops an entry that unpacks to more than the directory admits.
    return await readAtMost(stream, size, {
      tooMany: () => new Error(`expected ${size} bytes, received more`),
    });
  } catch (cause) {
    throw invalid(`'${path}' does not unpack: ${reasonOf(cause)}`, cause);
  }
}
