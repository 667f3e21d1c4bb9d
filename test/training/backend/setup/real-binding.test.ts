import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { setupTraining } from '../../../../src/training/backend/setup/setup-training.js';
import { temporaryFolder } from '../../../temporary-folder.js';

const realPackage = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
const library = join(realPackage, 'deps', 'lib', 'libtensorflow_cc.so.2');

/** A copy of the package as npm installs it, among links to the packages it needs. */
function installedPackage(): string {
  const root = temporaryFolder();
  const scope = join(root, 'node_modules', '@tensorflow');
  mkdirSync(scope, { recursive: true });
  const link = (from: string, to: string, except: string) => {
    for (const name of readdirSync(from)) if (name !== except) symlinkSync(join(from, name), join(to, name));
  };
  link(dirname(dirname(realPackage)), dirname(scope), '@tensorflow');
  link(dirname(realPackage), scope, basename(realPackage));
  const folder = join(scope, basename(realPackage));
  const made = (path: string) => dirname(path) === realPackage && /^(deps|lib|build.*)$/.test(basename(path));
  cpSync(realPackage, folder, { recursive: true, filter: (path) => !made(path) });
  return folder;
}

it.skipIf(!existsSync(library))(
  'compiles the real binding on the library in place and trains with it (needs a library from a wheel)',
  async () => {
    const packageFolder = installedPackage();
    const from = dirname(realpathSync(library));
    const result = await setupTraining({ packageFolder, from });
    expect(result).toMatchObject({ changed: true, source: 'directory' });
    expect(result.version).toMatch(/^2\./);
    expect(readdirSync(join(packageFolder, 'lib'))).toEqual(['napi-v8']);
    expect(await setupTraining({ packageFolder })).toMatchObject({ changed: false, version: result.version });
  },
  600_000,
);
