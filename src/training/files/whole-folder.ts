import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { makeFolder } from '../../sdk/runtime/node/make-folder.js';

export interface WholeFolderOptions {
  /** Whether a folder that is there and holds these names may be replaced. @default only an empty one */
  mayReplace?: (names: readonly string[]) => boolean;
}

/**
 * Makes a folder whole or not at all: `fill` writes into a folder beside its place, which is moved there at the end.
 * Should it fail, nothing stays and what was there is untouched.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE, also for a place that holds something else; and what `fill` throws.
 */
export async function writeWholeFolder<T>(
  folder: string,
  fill: (partial: string) => Promise<T>,
  { mayReplace = (names) => names.length === 0 }: WholeFolderOptions = {},
): Promise<T> {
  const target = resolve(folder);
  await requireReplaceable(target, mayReplace);
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  try {
    await makeFolder(dirname(target));
    // What a killed process left.
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    const result = await fill(partial);
    await syncFolder(partial);
    await replaceFolder(partial, target, asideOf(target));
    await syncFolder(dirname(target));
    return result;
  } catch (error) {
    // Writes that were under way may still put files there, hence the retries.
    await rm(partial, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
    throw isSystemError(error) ? notWritable(target, reasonOf(error), error) : error;
  }
}

/**
 * Puts a folder back that stood aside for a new one when the process was killed between the two moves; does nothing
 * otherwise.
 */
export async function putBackFolder(folder: string): Promise<void> {
  const target = resolve(folder);
  const aside = asideOf(target);
  if ((await isThere(target)) || !(await isThere(aside))) return;
  await rename(aside, target);
}

/** Where a folder that is being replaced waits for its successor. */
function asideOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.replaced`);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Folders are replaced whole, so a mistyped place must not cost what lies there. */
async function requireReplaceable(
  target: string,
  mayReplace: (names: readonly string[]) => boolean,
): Promise<void> {
  let names: string[];
  try {
    names = await readdir(target);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return;
    throw notWritable(target, reasonOf(error), error);
  }
  if (!mayReplace(names)) throw notWritable(target, `it holds ${names.slice(0, 3).join(', ')}`);
}

function notWritable(target: string, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write the folder ${target}, but ${reason}.`, {
    hint: 'Choose a folder that is not there yet, on a disk with room, where you may write.',
    cause,
    details: { path: target },
  });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error && !(error instanceof WordbrushError) && 'code' in error && 'syscall' in error
  );
}

/** A folder cannot be renamed over another, so the old one steps aside and comes back if the move fails. */
async function replaceFolder(from: string, to: string, aside: string): Promise<void> {
  if (!(await isThere(to))) return rename(from, to);
  // What a process that was killed at this point left.
  await rm(aside, { recursive: true, force: true });
  await rename(to, aside);
  try {
    await rename(from, to);
  } catch (error) {
    await rename(aside, to);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** A rename is durable once the folder that holds the name is synced; some systems refuse to, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync().catch(() => undefined);
  } finally {
    await handle?.close();
  }
}
