// PyTorch in a process of its own: the eager generator, and its own export to ONNX.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Architecture } from './generators.js';
import type { RunTime } from './run-time.js';

const PYTHON = process.env.WORDBRUSH_PYTHON ?? 'python3';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const execute = promisify(execFile);

/** Whether there is a Python with PyTorch. */
export async function hasPyTorch(): Promise<boolean> {
  return execute(PYTHON, ['-c', 'import torch, onnx']).then(
    () => true,
    () => false,
  );
}

/** Draws weights and writes them, under their official names, and the generator as ONNX as PyTorch exports it. */
export async function exportFromPyTorch(
  architecture: Architecture,
  files: { onnx: string; weights: string },
): Promise<void> {
  const script = here('../pytorch/generators.py');
  const options = ['--runs', '0', '--onnx', files.onnx, '--weights', files.weights];
  await execute(PYTHON, [script, architecture, ...options]);
}

export interface EagerPyTorch {
  run(): Promise<RunTime>;
  close(): void;
}

/** A process that waits to be told to run. */
export async function startEagerPyTorch(
  architecture: Architecture,
  batch: number,
  threads: number,
): Promise<EagerPyTorch> {
  const script = here('eager_worker.py');
  const child = spawn(PYTHON, [script, architecture, String(batch), String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`Expected ${PYTHON} ${script} to go on, but it ended.`);
    return String(value);
  };
  await nextLine();
  return {
    run: async () => {
      child.stdin.write('run\n');
      return JSON.parse(await nextLine()) as RunTime;
    },
    close: () => child.stdin.end(),
  };
}
