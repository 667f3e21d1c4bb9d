import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../errors.js';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file under a temporary name and then renames it, so that it is there whole or not at all. Folders
 * that do not exist yet are made; a file of that name is replaced.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE.
 */
export async function writeWholeFile(path: string, bytes: Uint8Array): Promise<void> {
  const target = resolve(path);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await makeFolder(dirname(target));
    await writeFile(temporary, bytes);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${target}: ${reasonOf(error)}.`, {
      hint: 'Choose a folder that you may write to.',
      cause: error,
      details: { path: target },
    });
  }
}
