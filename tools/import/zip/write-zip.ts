import { crc32 } from 'node:zlib';

const LOCAL_BYTES = 30;
const ENTRY_BYTES = 46;
const END_BYTES = 22;
/** PyTorch puts storages at multiples of it, so that they can be mapped into memory. */
const ALIGNMENT = 64;
const MAX_BYTES = 2 ** 32 - 1;

/**
 * A zip archive of stored files, each beginning at a multiple of 64 bytes.
 * @throws {RangeError} at 4 GB, which takes another format.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const entries = [...files].map(([path, content]) => ({
    name: Buffer.from(path),
    content,
    checksum: crc32(content),
  }));
  let end = 0;
  const placed = entries.map((entry) => {
    const local = end;
    const begin = local + LOCAL_BYTES + entry.name.length;
    // An extra field takes at least the four bytes of its header.
    const padding = ((ALIGNMENT - ((begin + 4) % ALIGNMENT)) % ALIGNMENT) + 4;
    end = begin + padding + entry.content.length;
    return { ...entry, local, padding };
  });
  const directory = end;
  const size = directory + entries.reduce((sum, { name }) => sum + ENTRY_BYTES + name.length, 0) + END_BYTES;
  if (size > MAX_BYTES) throw new RangeError(`Expected files below 4 GB, received ${size} bytes.`);
  const archive = Buffer.alloc(size);
  let at = directory;
  for (const { name, content, checksum, local, padding } of placed) {
    archive.writeUInt32LE(0x04034b50, local);
    writeSizes(archive, local + 14, checksum, content.length);
    archive.writeUInt16LE(name.length, local + 26);
    archive.writeUInt16LE(padding, local + 28);
    archive.set(name, local + LOCAL_BYTES);
    writePadding(archive, local + LOCAL_BYTES + name.length, padding);
    archive.set(content, local + LOCAL_BYTES + name.length + padding);

    archive.writeUInt32LE(0x02014b50, at);
    writeSizes(archive, at + 16, checksum, content.length);
    archive.writeUInt16LE(name.length, at + 28);
    archive.writeUInt32LE(local, at + 42);
    archive.set(name, at + ENTRY_BYTES);
    at += ENTRY_BYTES + name.length;
  }
  archive.writeUInt32LE(0x06054b50, at);
  archive.writeUInt16LE(entries.length, at + 8);
  archive.writeUInt16LE(entries.length, at + 10);
  archive.writeUInt32LE(at - directory, at + 12);
  archive.writeUInt32LE(directory, at + 16);
  return new Uint8Array(archive.buffer, archive.byteOffset, archive.length);
}

function writeSizes(archive: Buffer, at: number, checksum: number, length: number): void {
  archive.writeUInt32LE(checksum, at);
  archive.writeUInt32LE(length, at + 4);
  archive.writeUInt32LE(length, at + 8);
}

/** An extra field of no meaning. */
function writePadding(archive: Buffer, at: number, length: number): void {
  archive.write('FB', at, 'latin1');
  archive.writeUInt16LE(length - 4, at + 2);
}
