import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type InTurns, inTurns } from './in-turns.js';

const execute = promisify(execFile);

/** From starting a process to its end with one picture: wordbrush as it is built, and a bare script, in turns. */
export function measureFirstImage(rounds: number): Promise<InTurns> {
  const run = (script: string) => () =>
    execute(process.execPath, [fileURLToPath(new URL(script, import.meta.url))]);
  return inTurns(run('first-image.mjs'), run('first-image-bare.mjs'), { rounds, warmUp: 2 });
}
