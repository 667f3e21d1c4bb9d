import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainCuda } from '../../../../../src/sdk/runtime/node/cuda/explain-cuda.js';
import { neededLibraries } from '../../../../../src/sdk/runtime/node/cuda/needed-libraries.js';
import { temporaryFolder } from '../../../../temporary-folder.js';
import { elfFile } from './elf-file.js';

const NEEDED = ['libcudart.so.12', 'libcudnn.so.9', 'libstdc++.so.6'];
const PROVIDER = 'libonnxruntime_providers_cuda.so';
const RUNTIME_BINARY = join('node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node');

describe('neededLibraries', () => {
  it('reads them from an ELF file', () => {
    expect(neededLibraries(elfFile(NEEDED))).toEqual(NEEDED);
  });

  it.skipIf(!existsSync(RUNTIME_BINARY))('reads those of a real library (needs a Linux x64 binary)', () => {
    expect(neededLibraries(readFileSync(RUNTIME_BINARY))).toEqual(
      expect.arrayContaining(['libonnxruntime.so.1', 'libc.so.6']),
    );
  });

  it('gives none for anything else, however damaged', () => {
    expect(neededLibraries(new Uint8Array(0))).toEqual([]);
    fc.assert(
      fc.property(fc.nat(500), fc.nat(255), (place, value) => {
        const damaged = elfFile(NEEDED);
        damaged[place % damaged.length] = value;
        neededLibraries(damaged);
        neededLibraries(damaged.subarray(0, place));
      }),
    );
  });
});

describe('explainCuda', () => {
  const explain = (providerFolder: string, libraryFolders: string[] = []) =>
    explainCuda({ providerFolder, libraryFolders, platform: 'linux' });

  it('names the provider when it is not installed, and how to get it', async () => {
    const problem = await explain(temporaryFolder());
    expect(problem?.reason).toContain(PROVIDER);
    expect(problem?.hint).toContain('--onnxruntime-node-install=cuda12');
  });

  it('names each library of CUDA that is missing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, PROVIDER), elfFile(NEEDED));
    expect(await explain(folder)).toMatchObject({
      reason: 'its CUDA provider needs libcudart.so.12, libcudnn.so.9, not found',
    });
  });

  it('names the version that is there instead of the one that is needed', async () => {
    const folder = temporaryFolder();
    const cuda13 = temporaryFolder();
    writeFileSync(join(folder, PROVIDER), elfFile(NEEDED));
    writeFileSync(join(cuda13, 'libcudart.so.13'), '');
    writeFileSync(join(cuda13, 'libcudnn.so.9'), '');
    expect(await explain(folder, [cuda13])).toMatchObject({
      reason:
        'its CUDA provider needs libcudart.so.12, not found; of other versions there are libcudart.so.13',
      hint: expect.stringContaining('LD_LIBRARY_PATH'),
    });
  });

  it('finds nothing wrong when all are there', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, PROVIDER), elfFile(NEEDED));
    for (const name of NEEDED) writeFileSync(join(folder, name), '');
    expect(await explain(folder)).toBeUndefined();
  });
});
