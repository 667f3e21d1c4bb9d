import { WordbrushError } from '../../../sdk/errors.js';

export const BLOCK_BYTES = 512;

/** A field of a tar header: where it begins and how many bytes it has (POSIX.1-1988 "ustar"). */
const FIELDS = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 6],
  prefix: [345, 155],
} as const;

export interface TarHeader {
  path: string;
  /** Bytes of the content that follows. */
  size: number;
  /** `0` or empty for a file, `x` for records about the next entry, `L` for its long path, ... */
  type: string;
}

/**
 * The header in a block of a tar archive; undefined for a block of zeros, which ends the archive.
 * @param source what to call the archive in a message.
 * @throws {WordbrushError} `DATASET_INVALID` if it does not match its checksum.
 */
export function readTarHeader(block: Uint8Array, source: string): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  checkSum(block, source);
  const name = text(block, 'name');
  // GNU's own format keeps times where POSIX has the prefix.
  const prefix = text(block, 'magic') === 'ustar' ? text(block, 'prefix') : '';
  return { path: prefix === '' ? name : `${prefix}/${name}`, size: sizeOf(block), type: text(block, 'type') };
}

/** Whether a header is that of a regular file. */
export function isTarFile({ type }: TarHeader): boolean {
  return type === '0' || type === '';
}

/** Where the block after a content of `size` bytes that begins at `begin` starts. */
export function nextBlock(begin: number, size: number): number {
  return begin + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
}

/** The path that a header of type `x` (records `<length> <key>=<value>\n`) or `L` gives the next entry. */
export function longPath({ type }: TarHeader, content: Uint8Array): string | undefined {
  const written = new TextDecoder().decode(content);
  return type === 'L' ? written.replace(/\0+$/, '') : /^\d+ path=(.*)$/m.exec(written)?.[1];
}

export function damagedTar(source: string, reason: string): WordbrushError {
  return new WordbrushError('DATASET_INVALID', `Cannot read ${source}: ${reason}.`, {
    hint: 'The archive is damaged; fetch it again.',
    details: { path: source },
  });
}

function checkSum(header: Uint8Array, source: string): void {
  const [begin, length] = FIELDS.checksum;
  // The checksum is computed as if its own field held spaces.
  const sum = header.reduce((total, byte, i) => total + (i >= begin && i < begin + length ? 0x20 : byte), 0);
  const expected = octal(header, 'checksum');
  if (sum !== expected) throw damagedTar(source, `expected a header checksum of ${expected}, got ${sum}`);
}

/** Octal, or, for files of 8 GiB and more, as GNU tar writes them, binary after a first byte of 128. */
function sizeOf(header: Uint8Array): number {
  const [begin, length] = FIELDS.size;
  if (header[begin] !== 0x80) return octal(header, 'size');
  return header.subarray(begin + 1, begin + length).reduce((value, byte) => value * 256 + byte, 0);
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
