// One side of the comparison, in a process of its own.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { TrainingCase } from './cases.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const runSchema = z.object({
  wallMs: z.array(z.number()),
  cpuMs: z.array(z.number()),
  /** Of each step, what it waited for pictures; none where they are at hand. */
  waitMs: z.array(z.number()).default([]),
  /** The most memory that the process has held since it began. */
  peakResidentBytes: z.number(),
});
export type Run = z.infer<typeof runSchema>;

export interface Side {
  /** Runs so many training steps; ours can take pictures from files first. */
  run(steps: number, pictures?: 'at hand' | 'from files'): Promise<Run>;
  close(): void;
}

/** The Python that WORDBRUSH_PYTHON names, else `python3`, if it has PyTorch. */
export async function pythonWithTorch(): Promise<string | undefined> {
  const python = process.env.WORDBRUSH_PYTHON ?? 'python3';
  return promisify(execFile)(python, ['-c', 'import torch']).then(
    () => python,
    () => undefined,
  );
}

export function startOurs({ name, preset, batch }: TrainingCase, threads: number): Promise<Side> {
  const args = ['--import', 'tsx', here('worker.ts'), name, preset, String(batch)];
  const limits = { TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1' };
  return started(process.execPath, args, limits);
}

export function startPyTorch(
  python: string,
  { name, preset, batch }: TrainingCase,
  threads: number,
): Promise<Side> {
  const args = [here('../pytorch/training_worker.py'), name, preset, String(batch), String(threads)];
  return started(python, args, {});
}

async function started(command: string, args: string[], env: Record<string, string>): Promise<Side> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', process.env.WORDBRUSH_BENCH_STDERR === undefined ? 'ignore' : 'inherit'],
    env: { ...process.env, ...env },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`Expected ${command} ${args.join(' ')} to go on, but it ended.`);
    return String(value);
  };
  await nextLine();
  return {
    run: async (steps, pictures = 'at hand') => {
      child.stdin.write(pictures === 'at hand' ? `${steps}\n` : `${steps} data\n`);
      return runSchema.parse(JSON.parse(await nextLine()));
    },
    close: () => child.stdin.end(),
  };
}
