import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** `<prefix><process id>`: a name by which a later run can tell whether its owner still lives. */
export function temporaryName(prefix: string): string {
  return `${prefix}${process.pid}`;
}

/** Removes from `folder` what runs that were killed left behind under `prefix`. */
export async function removeLeftovers(folder: string, prefix: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const owner = Number(name.slice(prefix.length));
    if (Number.isSafeInteger(owner) && owner > 0 && !isRunning(owner)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
