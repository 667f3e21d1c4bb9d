import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { makeFolder } from '../../sdk/runtime/node/make-folder.js';

/**
 * Makes a folder whole or not at all: `fill` writes into a folder beside its place, which is moved there at the end.
 * A folder that was there is replaced. Should it fail, nothing stays and what was there is untouched.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE, or whatever error of ours `fill` throws.
 */
export async function writeWholeFolder<T>(folder: string, fill: (partial: string) => Promise<T>): Promise<T> {
  const target = resolve(folder);
  const beside = (purpose: string) => join(dirname(target), `.${basename(target)}.${purpose}-${process.pid}`);
  const partial = beside('partial');
  try {
    await makeFolder(dirname(target));
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    const result = await fill(partial);
    await replaceFolder(partial, target, beside('replaced'));
    await syncFolder(dirname(target));
    return result;
  } catch (error) {
    // Writes that were under way may still put files there, hence the retries.
    await rm(partial, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
    if (error instanceof WordbrushError) throw error;
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${target}, but: ${reasonOf(error)}.`, {
      hint: 'Choose a folder that you may write to, on a disk with room.',
      cause: error,
      details: { path: target },
    });
  }
}

/** A folder cannot be renamed over another, so the old one steps aside and comes back if the move fails. */
async function replaceFolder(from: string, to: string, aside: string): Promise<void> {
  const isThere = await stat(to).then(
    () => true,
    () => false,
  );
  if (!isThere) return rename(from, to);
  await rename(to, aside);
  try {
    await rename(from, to);
  } catch (error) {
    await rename(aside, to);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** A rename is durable once the folder that holds the name is synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
