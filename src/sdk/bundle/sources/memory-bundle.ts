import { WordbrushError } from '../../errors.js';
import type { BundleFiles } from '../bundle-files.js';

/** Files by their path inside the bundle. */
export type FilesInMemory = Readonly<Record<string, Uint8Array | Blob>>;

/** The files of a bundle that the caller holds: bytes, or blobs such as the files that a page was given. */
export function openMemory(files: FilesInMemory, location = 'the files given'): BundleFiles {
  const contentOf = (path: string): Uint8Array | Blob | undefined =>
    Object.hasOwn(files, path) ? files[path] : undefined;
  return {
    location,
    async sizeOf(path) {
      const content = contentOf(path);
      return content instanceof Blob ? content.size : content?.byteLength;
    },
    async read(path) {
      const content = contentOf(path);
      if (content === undefined) {
        throw new WordbrushError(
          'FILE_MISSING',
          `Expected the file ${path} in ${location}; it is not there.`,
          {
            details: { location, file: path },
          },
        );
      }
      return content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
    },
  };
}
