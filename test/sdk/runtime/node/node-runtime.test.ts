import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultBundleFolder } from '../../../../src/sdk/runtime/node/default-bundle.js';
import { loadRuntime } from '../../../../src/sdk/runtime/node/load-runtime.js';
import { makeFolder } from '../../../../src/sdk/runtime/node/make-folder.js';
import { temporaryFolder } from '../../../temporary-folder.js';

describe('loadRuntime', () => {
  it('switches telemetry off before the package is imported', async () => {
    process.env.ORT_DISABLE_TELEMETRY = '0';
    let seen: string | undefined;
    await loadRuntime(() => {
      seen = process.env.ORT_DISABLE_TELEMETRY;
      return import('onnxruntime-node');
    });
    expect(seen).toBe('1');
  });

  it('says how to install a package that is missing', async () => {
    const missing = () => Promise.reject(new Error("Cannot find package 'onnxruntime-node' imported from x"));
    await expect(loadRuntime(missing)).rejects.toMatchObject({
      code: 'RUNTIME_MISSING',
      message: expect.stringMatching(
        /not installed.*npm install --ignore-scripts onnxruntime-node@1\.30\.0/u,
      ),
    });
  });

  it('passes on why a binary does not load', async () => {
    const broken = () => Promise.reject(new Error('ld-linux-x86-64.so.2: cannot open shared object file'));
    await expect(loadRuntime(broken)).rejects.toMatchObject({
      code: 'RUNTIME_MISSING',
      message: expect.stringContaining('ld-linux-x86-64.so.2'),
    });
  });
});

describe('defaultBundleFolder', () => {
  it.each([
    ['drawing', 'stackgan-emoji', 'dist/src/sdk/runtime/node'],
    ['scoring', 'damsm-emoji', 'src/sdk/runtime/node'],
  ] as const)('for %s is %s, found from %s', (purpose, name, inside) => {
    const root = join(temporaryFolder(), 'node_modules', 'wordbrush');
    const bundle = join(root, 'exported-models', name);
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(bundle, 'manifest.json'), '{}');
    mkdirSync(join(root, inside), { recursive: true });
    expect(defaultBundleFolder(purpose, join(root, inside))).toBe(bundle);
  });

  it('says that it is missing', () => {
    expect(() => defaultBundleFolder('drawing', temporaryFolder())).toThrow(
      expect.objectContaining({
        code: 'MODEL_NOT_FOUND',
        message: expect.stringContaining('stackgan-emoji'),
      }),
    );
  });
});

describe('makeFolder', () => {
  it('makes what is missing and accepts what is there', async () => {
    const folder = join(temporaryFolder(), 'a', 'b', 'c');
    await makeFolder(folder);
    await makeFolder(folder);
    expect(existsSync(folder)).toBe(true);
  });

  it('refuses below a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(file, 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('makes the same folder twice at once', async () => {
    const folder = join(temporaryFolder(), 'a', 'b');
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(folder, 'c'))]);
    expect(existsSync(join(folder, 'c'))).toBe(true);
  });
});
