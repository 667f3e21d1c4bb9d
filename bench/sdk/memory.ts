import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const residentSchema = z.object({ firstBytes: z.number(), lastBytes: z.number() });

/** Resident memory after the first 100 calls of `generate()` in a process of its own, and after all. */
export async function measureMemory(calls: number): Promise<z.infer<typeof residentSchema>> {
  const script = fileURLToPath(new URL('memory.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(calls)]);
  return residentSchema.parse(JSON.parse(stdout));
}
