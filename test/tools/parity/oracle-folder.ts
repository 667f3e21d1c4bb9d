import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type SafetensorsTensor, writeSafetensors } from '../../../src/training/weights/safetensors.js';

export interface SmallCase {
  name: string;
  config?: Record<string, unknown>;
  tensors: Record<string, SafetensorsTensor>;
}

/** Writes a folder of oracles that is gone after the test. */
export async function oracleFolder(cases: readonly SmallCase[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wordbrush-oracles-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const { name, tensors } of cases) {
    await writeFile(join(folder, `${name}.safetensors`), writeSafetensors(new Map(Object.entries(tensors))));
  }
  const entries = cases.map(({ name, config = {}, tensors }) => ({
    case: name,
    file: `${name}.safetensors`,
    config,
    uses: [],
    tensors: Object.fromEntries(
      Object.entries(tensors).map(([key, { shape, dtype }]) => [key, { shape, dtype, noise: [0, 0] }]),
    ),
  }));
  await writeFile(join(folder, 'index.json'), JSON.stringify({ format: 'safetensors', cases: entries }));
  return folder;
}

/** A float32 tensor that counts from `start`. */
export function counting(shape: readonly number[], start = 0): SafetensorsTensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dtype: 'F32', shape, data: Float32Array.from({ length }, (_, index) => start + index) };
}
