// npm run bench:import [-- --json] [--only attngan]...
// Import of full-size releases with everything that belongs to them, each in a process of its own: seconds, and the most
// memory that the process held. What the process holds with TensorFlow.js and ONNX Runtime alone is measured beside it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { CASE_NAMES, type CaseName } from './import/cases.js';

const filesSchema = z.object({ files: z.record(z.string(), z.string()), bytes: z.number() });
const costSchema = z.object({
  seconds: z.number(),
  peakBytes: z.number(),
  maxAbsoluteDifference: z.number(),
});

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
const chosen = CASE_NAMES.filter((name) => values.only === undefined || values.only.includes(name));
const empty = costSchema.parse(await run('worker.ts'));
const results: Record<string, ReturnType<typeof describe>> = {};
if (!values.json) printRow('', ['files MB', 'seconds', 'peak MB', 'above empty', '/ files', 'difference']);
for (const name of chosen) {
  const result = await measure(name);
  results[name] = result;
  if (!values.json) {
    const { filesBytes, seconds, peakBytes, aboveEmptyBytes, timesFiles, maxAbsoluteDifference } = result;
    const sizes = [peakBytes, aboveEmptyBytes].map(megabytes);
    printRow(name, [
      megabytes(filesBytes),
      seconds.toFixed(1),
      ...sizes,
      timesFiles.toFixed(2),
      maxAbsoluteDifference.toExponential(1),
    ]);
  }
}
if (values.json) {
  console.log(JSON.stringify({ emptyPeakBytes: empty.peakBytes, ...results }, null, 2));
} else {
  console.log(
    `\nAn empty process with TensorFlow.js and ONNX Runtime holds ${megabytes(empty.peakBytes)} MB.`,
  );
}

async function measure(name: CaseName) {
  const folder = await mkdtemp(join(tmpdir(), 'wordbrush-import-'));
  try {
    const { files, bytes } = filesSchema.parse(await run('write-files.ts', name, folder));
    const cost = costSchema.parse(await run('worker.ts', join(folder, 'bundle'), JSON.stringify(files)));
    return describe(bytes, cost);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(filesBytes: number, cost: z.infer<typeof costSchema>) {
  const aboveEmptyBytes = cost.peakBytes - empty.peakBytes;
  return { filesBytes, ...cost, aboveEmptyBytes, timesFiles: aboveEmptyBytes / filesBytes };
}

async function run(script: string, ...args: string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(`import/${script}`, import.meta.url));
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', path, ...args], { env });
  return JSON.parse(stdout);
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(14) + cells.map((cell) => cell.padStart(13)).join(''));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
