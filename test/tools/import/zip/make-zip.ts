import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  path: string;
  content: Uint8Array | string;
  deflate?: boolean;
  /** What the archive claims instead of the truth. */
  claim?: { size?: number; crc?: number; method?: number; localHeader?: number; flags?: number };
}

/** A zip archive, for tests. */
export function makeZip(files: readonly ZipFile[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { path, content, deflate = false, claim = {} } of files) {
    const name = Buffer.from(path);
    const body = Buffer.from(content);
    const packed = deflate ? deflateRawSync(body) : body;
    const method = claim.method ?? (deflate ? 8 : 0);
    const sizes = [claim.crc ?? crc32(body), packed.length, claim.size ?? body.length];
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(claim.flags ?? 0, 6);
    local.writeUInt16LE(method, 8);
    for (const [i, value] of sizes.entries()) local.writeUInt32LE(value, 14 + 4 * i);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(claim.flags ?? 0, 8);
    entry.writeUInt16LE(method, 10);
    for (const [i, value] of sizes.entries()) entry.writeUInt32LE(value, 16 + 4 * i);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(claim.localHeader ?? at, 42);
    locals.push(local, name, packed);
    directory.push(entry, name);
    at += local.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, ...directory, end, Buffer.from(comment)]);
}
