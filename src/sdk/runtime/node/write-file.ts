import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../errors.js';
import { makeFolder } from './make-folder.js';

/**
 * Writes a file under a temporary name, syncs it and renames it, so that it is there whole or not at all. Folders
 * that do not exist yet are made; a file of that name is replaced. Text is written as UTF-8.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE.
 */
export async function writeWholeFile(path: string, content: Uint8Array | string): Promise<void> {
  const target = resolve(path);
  const temporary = `${target}.${crypto.randomUUID()}.tmp`;
  try {
    await makeFolder(dirname(target));
    await writeSynced(temporary, content);
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

async function writeSynced(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
