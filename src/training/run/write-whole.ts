import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';

/**
 * Writes a file whole or not at all: to a temporary name in the same folder, synced, then renamed.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${path}, but: ${reasonOf(error)}.`, {
      cause: error,
      hint: 'Choose a folder that you may write to and that has room.',
      details: { path },
    });
  }
}
