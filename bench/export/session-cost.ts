import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { median } from './run-time.js';

const cost = z.object({ createMs: z.number(), peakBytes: z.number() });

export type SessionCost = z.infer<typeof cost>;

const execute = promisify(execFile);
const ROUNDS = 5;

/** What it takes to create a session of each file, in turns, each time in a process of its own; medians. */
export async function sessionCosts(files: readonly string[], threads: number): Promise<SessionCost[]> {
  const script = fileURLToPath(new URL('session-cost.mjs', import.meta.url));
  const rounds: SessionCost[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const costs: SessionCost[] = [];
    for (const file of files) {
      const { stdout } = await execute(process.execPath, [script, file, String(threads)]);
      costs.push(cost.parse(JSON.parse(stdout)));
    }
    rounds.push(costs);
  }
  return files.map((_, index) => ({
    createMs: median(rounds.map((costs) => costs[index]?.createMs ?? Number.NaN)),
    peakBytes: median(rounds.map((costs) => costs[index]?.peakBytes ?? Number.NaN)),
  }));
}
