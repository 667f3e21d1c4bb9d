import { crc32, inflateRawSync } from 'node:zlib';
import { reasonOf, WordbrushError } from '../../../src/sdk/errors.js';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** What a field holds when its real value is elsewhere, in a zip64 record. */
const IN_ZIP64 = 0xffffffff;

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
 * are not. Nothing is written to disk, so a path cannot do harm.
 * @param source what to call the archive in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for anything else; so does `read()`.
 */
export function readZip(archive: Uint8Array, source: string): Map<string, ZipEntry> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view, source);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw invalid(source, `expected entry ${i + 1} of ${count} of the directory at byte ${at}`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    const path = new TextDecoder().decode(archive.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes));
    const entry: DirectoryEntry = {
      path,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      compressedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      localHeader: view.getUint32(at + 42, true),
    };
    if (entry.size === IN_ZIP64 || entry.compressedSize === IN_ZIP64 || entry.localHeader === IN_ZIP64) {
      throw invalid(source, `expected entries below 4 GB, got '${path}' in zip64`);
    }
    entries.set(path, { path, size: entry.size, read: () => readEntry(view, entry, source) });
    at += ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

interface DirectoryEntry {
  path: string;
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  localHeader: number;
}

/** The end record sits before an archive comment of unknown length, so it is searched backwards. */
function findEnd(view: DataView, source: string): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  throw invalid(source, 'expected a zip archive, got no end-of-directory record');
}

function readEntry(view: DataView, entry: DirectoryEntry, source: string): Uint8Array {
  const { path, method, crc, compressedSize, size, localHeader } = entry;
  if (localHeader + LOCAL_BYTES > view.byteLength || view.getUint32(localHeader, true) !== LOCAL_SIGNATURE) {
    throw invalid(source, `expected the header of '${path}' at byte ${localHeader}`);
  }
  const begin =
    localHeader +
    LOCAL_BYTES +
    view.getUint16(localHeader + 26, true) +
    view.getUint16(localHeader + 28, true);
  if (begin + compressedSize > view.byteLength) throw invalid(source, `'${path}' runs past the end`);
  const packed = new Uint8Array(view.buffer, view.byteOffset + begin, compressedSize);
  const content = method === STORED ? packed : inflate(packed, entry, source);
  if (content.length !== size)
    throw invalid(source, `expected ${size} bytes in '${path}', got ${content.length}`);
  if (crc32(content) !== crc) throw invalid(source, `the checksum of '${path}' is wrong`);
  return content;
}

function inflate(packed: Uint8Array, { path, method, size }: DirectoryEntry, source: string): Uint8Array {
  if (method !== DEFLATED)
    throw invalid(source, `'${path}' is compressed by method ${method}, which is not read`);
  try {
    // The cap stops an entry that unpacks to more than it admits.
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch (cause) {
    throw invalid(source, `'${path}' does not unpack: ${reasonOf(cause)}`, cause);
  }
}

function invalid(source: string, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('WEIGHTS_INVALID', `Cannot read ${source}: ${reason}.`, {
    hint: 'The file is damaged or of another kind; get it again.',
    cause,
  });
}
