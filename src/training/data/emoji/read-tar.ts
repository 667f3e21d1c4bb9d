import { WordbrushError } from '../../../sdk/errors.js';

const BLOCK_BYTES = 512;

/** A field of a tar header: where it begins and how many bytes it has (POSIX.1-1988 "ustar"). */
const FIELDS = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  prefix: [345, 155],
} as const;

/**
 * The regular files of an uncompressed tar archive, by path. The contents are views into `archive`. Nothing is written
 * to disk, so a path cannot do harm.
 * @param source what to call the archive in a message.
 * @throws {WordbrushError} `DATASET_INVALID` if the archive is truncated or a header does not match its checksum.
 */
export function readTar(archive: Uint8Array, source: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK_BYTES <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return files;
    checkHeader(header, source);
    const size = octal(header, 'size');
    const begin = at + BLOCK_BYTES;
    if (begin + size > archive.length)
      throw damaged(source, `expected ${begin + size} bytes, got ${archive.length}`);
    const content = archive.subarray(begin, begin + size);
    const type = text(header, 'type');
    if (type === 'x') longPath = paxPath(content);
    else {
      if (type === '0' || type === '') files.set(longPath ?? headerPath(header), content);
      longPath = undefined;
    }
    at = begin + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw damaged(source, 'expected a block of zeros at the end');
}

function headerPath(header: Uint8Array): string {
  const prefix = text(header, 'prefix');
  return prefix === '' ? text(header, 'name') : `${prefix}/${text(header, 'name')}`;
}

/** The path of a pax header, whose records are `<length> <key>=<value>\n`. */
function paxPath(content: Uint8Array): string | undefined {
  const record = new TextDecoder().decode(content).match(/^\d+ path=(.*)$/m);
  return record?.[1];
}

function checkHeader(header: Uint8Array, source: string): void {
  const [begin, length] = FIELDS.checksum;
  // The checksum is computed as if its own field held spaces.
  const sum = header.reduce((total, byte, i) => total + (i >= begin && i < begin + length ? 0x20 : byte), 0);
  const expected = octal(header, 'checksum');
  if (sum !== expected) throw damaged(source, `expected a header checksum of ${expected}, got ${sum}`);
}

function octal(header: Uint8Array, field: keyof typeof FIELDS): number {
  return Number.parseInt(text(header, field).trim(), 8);
}

function text(header: Uint8Array, field: keyof typeof FIELDS): string {
  const [begin, length] = FIELDS[field];
  const bytes = header.subarray(begin, begin + length);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function damaged(source: string, reason: string): WordbrushError {
  return new WordbrushError('DATASET_INVALID', `Cannot read ${source}: ${reason}.`, {
    hint: 'The archive is damaged; fetch it again.',
  });
}
