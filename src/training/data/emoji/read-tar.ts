import { BLOCK_BYTES, damagedTar, isTarFile, longPath, nextBlock, readTarHeader } from '../tar/tar-header.js';

/**
 * The regular files of an uncompressed tar archive, by path. The contents are views into `archive`. Nothing is written
 * to disk, so a path cannot do harm.
 * @param source what to call the archive in a message.
 * @throws {WordbrushError} `DATASET_INVALID` if the archive is truncated or a header does not match its checksum.
 */
export function readTar(archive: Uint8Array, source: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let path: string | undefined;
  for (let at = 0; at + BLOCK_BYTES <= archive.length; ) {
    const header = readTarHeader(archive.subarray(at, at + BLOCK_BYTES), source);
    if (header === undefined) return files;
    const begin = at + BLOCK_BYTES;
    const end = begin + header.size;
    if (end > archive.length) throw damagedTar(source, `expected ${end} bytes, got ${archive.length}`);
    const content = archive.subarray(begin, end);
    if (header.type === 'x' || header.type === 'L') path = longPath(header, content);
    else {
      if (isTarFile(header)) files.set(path ?? header.path, content);
      path = undefined;
    }
    at = nextBlock(begin, header.size);
  }
  throw damagedTar(source, 'expected a block of zeros at the end');
}
