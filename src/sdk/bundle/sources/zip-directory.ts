const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
/** Bit of an entry's flags. */
const ENCRYPTED = 1;
/** What a field holds when its real value is elsewhere, in a zip64 record. */
const IN_ZIP64 = 0xffffffff;

/** How the contents of an entry are packed; others are not read. */
export const STORED = 0;
export const DEFLATED = 8;

/** A file inside a zip archive, as its directory lists it. */
export interface ZipDirectoryEntry {
  path: string;
  method: number;
  crc32: number;
  /** Bytes before and after unpacking, as the directory says. */
  packedSize: number;
  size: number;
  /** Byte of the archive at which the entry's own header begins. */
  localHeader: number;
}

/** Makes the error of an archive that cannot be read. */
export type InvalidArchive = (reason: string, cause?: unknown) => Error;

/**
 * Lists the files of a zip archive, of below 4 GB and in one part.
 * @throws what `invalid` makes, for anything else.
 */
export function readZipDirectory(archive: Uint8Array, invalid: InvalidArchive): ZipDirectoryEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view, invalid);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries: ZipDirectoryEntry[] = [];
  const utf8 = new TextDecoder();
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw invalid(`expected entry ${i + 1} of ${count} of the directory at byte ${at}`);
    }
    const nameBytes = view.getUint16(at + 28, true);
    const entry: ZipDirectoryEntry = {
      path: utf8.decode(archive.subarray(at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes)),
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      packedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      localHeader: view.getUint32(at + 42, true),
    };
    if (entry.size === IN_ZIP64 || entry.packedSize === IN_ZIP64 || entry.localHeader === IN_ZIP64) {
      throw invalid(`expected entries below 4 GB, got '${entry.path}' in zip64`);
    }
    if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) {
      throw invalid(`'${entry.path.slice(0, 100)}' is encrypted`);
    }
    entries.push(entry);
    at += ENTRY_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/**
 * The packed bytes of an entry, a view into the archive.
 * @throws what `invalid` makes, if they are not where the directory says.
 */
export function packedBytes(
  archive: Uint8Array,
  { path, localHeader, packedSize }: ZipDirectoryEntry,
  invalid: InvalidArchive,
): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  if (localHeader + LOCAL_BYTES > view.byteLength || view.getUint32(localHeader, true) !== LOCAL_SIGNATURE) {
    throw invalid(`expected the header of '${path}' at byte ${localHeader}`);
  }
  const nameBytes = view.getUint16(localHeader + 26, true);
  const begin = localHeader + LOCAL_BYTES + nameBytes + view.getUint16(localHeader + 28, true);
  if (begin + packedSize > view.byteLength) {
    throw invalid(`'${path}' runs past the end`);
  }
  return archive.subarray(begin, begin + packedSize);
}

/** The end record sits before an archive comment of unknown length, so it is searched backwards. */
function findEnd(view: DataView, invalid: InvalidArchive): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = view.byteLength - END_BYTES; at >= first; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) {
      return at;
    }
  }
  throw invalid('expected a zip archive, got no end-of-directory record');
}
