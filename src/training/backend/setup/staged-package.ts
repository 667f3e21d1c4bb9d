import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { removeLeftovers, temporaryName } from './remove-leftovers.js';

/** What a setup makes in the package: the library's links, and the binding built on it. */
const MADE = ['deps', 'lib'];

/**
 * Runs `body` on a copy of the package beside it, then moves what it made into the package. Until then, and if
 * `body` throws or the process is killed, the package stays as it was, and so do the programs that use it.
 */
export async function withStagedPackage<T>(
  packageFolder: string,
  body: (stagedFolder: string) => Promise<T>,
): Promise<T> {
  const parent = dirname(packageFolder);
  const prefix = `.${basename(packageFolder)}-setup-`;
  await removeLeftovers(parent, prefix);
  const staged = join(parent, temporaryName(prefix));
  try {
    await rm(staged, { recursive: true, force: true });
    await cp(packageFolder, staged, { recursive: true, filter: (path) => isSource(packageFolder, path) });
    const result = await body(staged);
    await moveMade(staged, packageFolder);
    return result;
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

function isSource(packageFolder: string, path: string): boolean {
  const name = basename(path);
  return dirname(path) !== packageFolder || !(MADE.includes(name) || name.startsWith('build'));
}

async function moveMade(staged: string, packageFolder: string): Promise<void> {
  for (const name of MADE) {
    const target = join(packageFolder, name);
    if (existsSync(target)) await rename(target, join(staged, `previous-${name}`));
    await rename(join(staged, name), target);
  }
}
