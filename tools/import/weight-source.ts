import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { reasonOf, WordbrushError } from '../../src/sdk/errors.js';

/** A file given to the importer, whole in memory. */
export interface SourceFile {
  path: string;
  bytes: Uint8Array;
}

/** What a bundle's manifest says of a file that it was made from. */
export interface FileRecord {
  name: string;
  bytes: number;
  sha256: string;
}

/** @throws {WordbrushError} `FILE_MISSING` */
export async function openSource(path: string): Promise<SourceFile> {
  try {
    return { path, bytes: await readFile(path) };
  } catch (cause) {
    throw new WordbrushError('FILE_MISSING', `Expected to read ${path}: ${reasonOf(cause)}.`, {
      hint: 'Name a file of official weights.',
      cause,
      details: { path },
    });
  }
}

export function recordOf({ path, bytes }: SourceFile): FileRecord {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: basename(path), bytes: bytes.length, sha256 };
}
