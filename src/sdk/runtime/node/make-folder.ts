import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Not `mkdir` with `recursive`: on Node 20 that never returns
 * where a folder exists and still refuses new ones with ENOENT, as /proc does.
 * @throws the system's error if it cannot be made, or something else has its name.
 */
export async function makeFolder(folder: string): Promise<void> {
  const error = await tryMakeFolder(folder);
  if (error === undefined) {
    return;
  }
  const parent = dirname(folder);
  if (error.code !== 'ENOENT' || parent === folder) {
    throw error;
  }
  await makeFolder(parent);
  const secondError = await tryMakeFolder(folder);
  if (secondError !== undefined) {
    throw secondError;
  }
}

/** The error, if the folder is not there afterwards. */
async function tryMakeFolder(folder: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(folder);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) {
      throw error;
    }
    const found = await stat(folder).catch(() => undefined);
    return found?.isDirectory() ? undefined : error;
  }
}
