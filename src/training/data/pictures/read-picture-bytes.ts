import { open, readFile } from 'node:fs/promises';
import type { PictureFile } from '../captioned-image.js';

/** The encoded picture. @throws the system's error; RangeError where an archive is shorter than it was. */
export async function readPictureBytes({ path, range }: PictureFile): Promise<Uint8Array> {
  if (range === undefined) return readFile(path);
  const file = await open(path);
  try {
    const bytes = new Uint8Array(range.length);
    const { bytesRead } = await file.read(bytes, 0, range.length, range.offset);
    if (bytesRead === range.length) return bytes;
    throw new RangeError(`expected ${range.length} bytes at ${range.offset}, got ${bytesRead}`);
  } finally {
    await file.close();
  }
}
