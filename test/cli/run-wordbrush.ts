import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { builtPackage } from '../built-package.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface EndedCommand {
  /** Null if a signal ended it. */
  code: number | null;
  output: string;
  errors: string;
}

/** Starts `wordbrush` in a process of its own, as a shell does. */
export async function startWordbrush(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcessByStdio<null, Readable, Readable>> {
  const main = join(await builtPackage(), 'dist/src/cli/main.js');
  return spawn(process.execPath, [main, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs `wordbrush` to its end. */
export async function runWordbrush(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<EndedCommand> {
  return ended(await startWordbrush(args, env));
}

/** What a command said until it ended; to be asked for as soon as it has started. */
export function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<EndedCommand> {
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text) => {
    output += String(text);
  });
  child.stderr.on('data', (text) => {
    errors += String(text);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output, errors })));
}
