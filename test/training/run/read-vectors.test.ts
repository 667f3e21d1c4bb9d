import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVectors } from '../../../src/training/run/text/read-vectors.js';
import { writeSafetensors } from '../../../src/training/weights/safetensors.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-vectors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const config = (file: string, sentenceDim = 2) => ({ kind: 'vectors' as const, file: at(file), sentenceDim });

/** Rows of two 32-bit floats as NumPy writes them, and the names of the pictures beside them. */
async function writeNpy(name: string, rows: readonly number[], names: string): Promise<void> {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length / 2}, 2), }`.padEnd(117);
  const text = new TextEncoder().encode(`\u0000\u0000NUMPY${header}\n`).subarray(2);
  const prefix = [0x93, ...text.subarray(0, 5), 1, 0, 118, 0, ...text.subarray(5)];
  const values = new Uint8Array(Float32Array.from(rows).buffer);
  await writeFile(at(`${name}.npy`), Uint8Array.from([...prefix, ...values]));
  await writeFile(at(`${name}.txt`), names);
}

describe('readVectors', () => {
  it('finds the rows of a .npy by the names beside it, in any order, several a picture', async () => {
    await writeNpy('rows', [1, 2, 3, 4, 5, 6], 'b.png\na.png\r\nb.png\n');
    expect(await readVectors(config('rows.npy'), ['a.png', 'b.png'])).toEqual([
      [Float32Array.of(3, 4)],
      [Float32Array.of(1, 2), Float32Array.of(5, 6)],
    ]);
  });

  it('finds the tensors of a .safetensors by their names, one vector or several', async () => {
    const tensors = new Map([
      ['a.png', { dtype: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) }],
      ['b.png', { dtype: 'F32' as const, shape: [2, 2], data: Float32Array.of(3, 4, 5, 6) }],
    ]);
    await writeFile(at('some.safetensors'), writeSafetensors(tensors, {}));
    expect(await readVectors(config('some.safetensors'), ['b.png', 'a.png'])).toEqual([
      [Float32Array.of(3, 4), Float32Array.of(5, 6)],
      [Float32Array.of(1, 2)],
    ]);
  });

  it('names a picture without vectors, another size, and names that are too few', async () => {
    await writeNpy('few', [1, 2, 3, 4], 'a.png\nb.png\n');
    await expect(readVectors(config('few.npy'), ['c.png'])).rejects.toThrow(/few\.npy: .*c\.png/);
    await expect(readVectors(config('few.npy', 3), ['a.png'])).rejects.toThrow(/\[2, 3\].*\[2, 2\]/);
    await writeFile(at('few.txt'), 'a.png\n');
    await expect(readVectors(config('few.npy'), ['a.png'])).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
  });
});
