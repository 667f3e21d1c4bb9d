import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const residentSchema = z.object({ firstBytes: z.number(), lastBytes: z.number() });

/**
 * Resident memory of a process of its own that draws again and again: medians over the 300 calls after the first
 * hundred, and over the last 300.
 * @param file `memory.mjs` for `generate()`, `memory-bare.mjs` for the same sessions and runs of onnxruntime-node alone.
 * @param calls at least 700.
 */
export async function measureMemory(
  file: 'memory.mjs' | 'memory-bare.mjs',
  calls: number,
): Promise<z.infer<typeof residentSchema>> {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(calls)]);
  return residentSchema.parse(JSON.parse(stdout));
}
