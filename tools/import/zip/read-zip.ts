import { crc32, inflateRawSync } from 'node:zlib';
import {
  DEFLATED,
  type InvalidArchive,
  packedBytes,
  readZipDirectory,
  STORED,
  type ZipDirectoryEntry,
} from '../../../src/sdk/bundle/sources/zip-directory.js';
import { reasonOf, WordbrushError } from '../../../src/sdk/errors.js';

/** What an archive may unpack to: weights and vectors hardly pack, a bomb packs a thousandfold. */
const UNPACKED_PER_BYTE = 20;
const LEAST_UNPACKED_BYTES = 2 ** 26;

/** A file inside a zip archive; nothing of it is read until `read()`. */
export interface ZipEntry {
  path: string;
  /** Bytes after decompression. */
  size: number;
  /** The contents, checked against their size and CRC-32. A stored entry is a view into the archive. */
  read: () => Uint8Array;
}

/**
 * Lists the files of a zip archive by path. Stored and deflated entries are read; encrypted, split and 4-GB archives
 * are not, nor archives that unpack to much more than they are, have two files of one path, or paths that lead elsewhere.
 * @param source what to call the archive in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for anything else; so does `read()`.
 */
export function readZip(archive: Uint8Array, source: string): Map<string, ZipEntry> {
  const invalid: InvalidArchive = (reason, cause) =>
    new WordbrushError('WEIGHTS_INVALID', `Cannot read ${source}: ${reason}.`, {
      hint: 'The file is damaged or of another kind; get it again.',
      cause,
    });
  const entries = readZipDirectory(archive, invalid);
  refusePaths(entries, invalid);
  refuseOverlaps(archive, entries, invalid);
  refuseBombs(archive, entries, invalid);
  return new Map(
    entries.map((entry) => [
      entry.path,
      { path: entry.path, size: entry.size, read: () => readEntry(archive, entry, invalid) },
    ]),
  );
}

/** Nothing is written by these paths, but no writer of weights makes those that lead out of their folder, or two alike. */
function refusePaths(entries: readonly ZipDirectoryEntry[], invalid: InvalidArchive): void {
  const paths = new Set<string>();
  for (const { path } of entries) {
    const shown = path.slice(0, 100);
    if (/^\/|[\\\p{Cc}]/u.test(path) || path.split('/').includes('..')) {
      throw invalid(`expected paths inside the archive, got '${shown.replace(/\p{Cc}/gu, '?')}'`);
    }
    if (paths.has(path)) throw invalid(`it has two files '${shown}'`);
    paths.add(path);
  }
}

/** Entries that share bytes unpack to more than the archive holds: no writer makes them. */
function refuseOverlaps(
  archive: Uint8Array,
  entries: readonly ZipDirectoryEntry[],
  invalid: InvalidArchive,
): void {
  const ranges = entries.map((entry) => {
    const packed = packedBytes(archive, entry, invalid);
    return {
      path: entry.path,
      begin: entry.localHeader,
      end: packed.byteOffset - archive.byteOffset + packed.length,
    };
  });
  let previousEnd = 0;
  for (const { path, begin, end } of ranges.sort((a, b) => a.begin - b.begin)) {
    if (begin < previousEnd) throw invalid(`'${path.slice(0, 100)}' overlaps another entry`);
    previousEnd = end;
  }
}

function refuseBombs(
  archive: Uint8Array,
  entries: readonly ZipDirectoryEntry[],
  invalid: InvalidArchive,
): void {
  const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > LEAST_UNPACKED_BYTES + UNPACKED_PER_BYTE * archive.length) {
    throw invalid(`it would unpack to ${unpacked} bytes from ${archive.length}`);
  }
}

function readEntry(archive: Uint8Array, entry: ZipDirectoryEntry, invalid: InvalidArchive): Uint8Array {
  const { path, method, size } = entry;
  const packed = packedBytes(archive, entry, invalid);
  const content = method === STORED ? packed : inflate(packed, entry, invalid);
  if (content.length !== size) throw invalid(`expected ${size} bytes in '${path}', got ${content.length}`);
  if (crc32(content) !== entry.crc32) throw invalid(`the checksum of '${path}' is wrong`);
  return content;
}

function inflate(
  packed: Uint8Array,
  { path, method, size }: ZipDirectoryEntry,
  invalid: InvalidArchive,
): Uint8Array {
  if (method !== DEFLATED) throw invalid(`'${path}' is compressed by method ${method}, which is not read`);
  try {
    // The cap stops an entry that unpacks to more than it admits.
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    throw invalid(`'${path}' does not unpack: ${reasonOf(cause)}`, cause);
  }
}
