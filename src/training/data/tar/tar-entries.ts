import { type FileHandle, open } from 'node:fs/promises';
import type { ByteRange } from '../captioned-image.js';
import { BLOCK_BYTES, damagedTar, isTarFile, longPath, nextBlock, readTarHeader } from './tar-header.js';

/** A file in an archive, which stays there. */
export interface TarEntry {
  path: string;
  range: ByteRange;
}

/** Longer ones are no paths. */
const MAX_PATH_BYTES = 1 << 20;

/**
 * The regular files of an uncompressed tar archive and where in it they are; contents are not read.
 * @throws {WordbrushError} `DATASET_INVALID` if the archive is truncated, compressed or damaged.
 */
export async function tarEntries(archive: string): Promise<TarEntry[]> {
  const file = await open(archive);
  try {
    const { size: archiveBytes } = await file.stat();
    const entries: TarEntry[] = [];
    let path: string | undefined;
    for (let at = 0; at + BLOCK_BYTES <= archiveBytes; ) {
      const header = readTarHeader(await read(file, at, BLOCK_BYTES), archive);
      if (header === undefined) break;
      const offset = at + BLOCK_BYTES;
      const { size: length } = header;
      if (offset + length > archiveBytes) {
        throw damagedTar(archive, `expected ${offset + length} bytes, got ${archiveBytes}`);
      }
      if (header.type === 'x' || header.type === 'L') {
        path = longPath(header, await read(file, offset, Math.min(length, MAX_PATH_BYTES)));
      } else {
        if (isTarFile(header)) entries.push({ path: path ?? header.path, range: { offset, length } });
        path = undefined;
      }
      at = nextBlock(offset, length);
    }
    return entries;
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  await file.read(bytes, 0, length, position);
  return bytes;
}
