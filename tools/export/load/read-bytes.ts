import { readFile } from 'node:fs/promises';
import { reasonOf, WordbrushError } from '../../../src/sdk/errors.js';

/** The bytes of a file. Throws `FILE_MISSING` where it cannot be read. */
export async function readBytes(path: string, hint: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new WordbrushError('FILE_MISSING', `Could not read ${path}: ${reasonOf(cause)}.`, {
      hint,
      cause,
      details: { path },
    });
  }
}
