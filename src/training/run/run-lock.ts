import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { makeFolder } from '../../sdk/runtime/node/make-folder.js';

const holderSchema = z.object({ pid: z.int().positive(), host: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Keeps a second process out of a run folder. A process that was killed leaves its lock; the next one sees that it is gone. */
export class RunLock {
  private constructor(private readonly file: string) {}

  /** @throws WordbrushError RUN_IN_USE while another process trains there, OUTPUT_NOT_WRITABLE */
  static async take(folder: string): Promise<RunLock> {
    const file = join(folder, 'run.lock');
    const me: Holder = { pid: process.pid, host: hostname() };
    try {
      await makeFolder(folder);
      if (await create(file, me)) return new RunLock(file);
      const holder = await readHolder(file);
      if (holder !== undefined && isAlive(holder)) throw inUse(folder, file, holder);
      await rm(file, { force: true });
      if (await create(file, me)) return new RunLock(file);
    } catch (cause) {
      if (cause instanceof WordbrushError) throw cause;
      throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${file}: ${reasonOf(cause)}.`, {
        cause,
        hint: 'Choose a folder where you may write.',
        details: { path: file },
      });
    }
    throw inUse(folder, file, await readHolder(file));
  }

  async release(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

/** False where the file is there already. */
async function create(file: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(JSON.stringify(holder));
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined for a lock that says nothing: its process was killed as it wrote. */
async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Of another machine nothing can be known. */
function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function inUse(folder: string, file: string, holder: Holder | undefined): WordbrushError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new WordbrushError('RUN_IN_USE', `Expected ${folder} to be free, but ${who} is training there.`, {
    hint: `Stop it first. If it is no training, delete ${file}.`,
    details: { path: folder, ...holder },
  });
}
