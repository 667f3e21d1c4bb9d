import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../src/sdk/errors.js';

/**
 * Throws `OUTPUT_NOT_WRITABLE` where a file cannot be written, without making anything: before a comparison that takes
 * minutes, not behind it. Folders that are missing may be made later.
 */
export async function requireWritable(path: string): Promise<void> {
  const target = resolve(path);
  try {
    const found = await find(target);
    if (found?.isDirectory()) throw new Error('it is a folder');
    // A file is replaced by another of its name, so that its folder decides.
    await requireWritableFolder(dirname(target));
  } catch (cause) {
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${target}: ${reasonOf(cause)}.`, {
      hint: 'Choose a folder that you may write to.',
      cause,
      details: { path: target },
    });
  }
}

async function requireWritableFolder(folder: string): Promise<void> {
  const found = await find(folder);
  if (found === undefined) return await requireWritableFolder(dirname(folder));
  if (!found.isDirectory()) throw new Error(`${folder} is not a folder`);
  await access(folder, constants.W_OK | constants.X_OK);
}

/** What is at a path; undefined if nothing is. */
async function find(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
