import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  type SetupTrainingOptions,
  setupTraining,
} from '../../../../src/training/backend/setup/setup-training.js';
import type { SetupEvent } from '../../../../src/training/backend/setup/setup-types.js';
import { temporaryFolder, writeFiles } from '../../../temporary-folder.js';

/** Loads only with a binding whose library is there, like the real one; one step halves the loss. */
const MAIN = `
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const library = join(__dirname, 'deps/lib/libtensorflow.so');
if (!existsSync(join(__dirname, 'lib/binding.node'))) throw new Error('binding.node can not be found');
if (!existsSync(library)) throw new Error('libtensorflow.so.2: cannot open shared object file');
const version = readFileSync(library, 'utf8');
let weight = 1;
module.exports = {
  layers: { conv2d() {}, flatten() {}, dense() {} },
  train: { adam() {} },
  randomNormal() {}, ones() {},
  sequential: () => ({
    compile() {},
    getWeights: () => [{ dataSync: () => [weight] }],
    trainOnBatch: async () => { weight = 0.5; return version === 'diverges' ? NaN : 0.5; },
  }),
  getBackend: () => 'tensorflow',
  backend: () => ({ binding: { TF_Version: version }, isUsingGpuDevice: false }),
};
`;

/** Builds by writing a file; counts its runs beside the package. */
const NODE_PRE_GYP = `
const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('../../../builds', 'x');
if (!existsSync('deps/include/tensorflow/c/c_api.h')) throw new Error('c_api.h: No such file');
mkdirSync('lib');
writeFileSync('lib/binding.node', '');
`;

/** What the real installer does on a closed network: it deletes deps, rewrites package.json and dies. */
const INSTALLER_WITHOUT_NETWORK = `
const { rmSync, writeFileSync } = require('node:fs');
rmSync('deps', { recursive: true, force: true });
writeFileSync('package.json', '{');
throw new Error('getaddrinfo ENOTFOUND storage.invalid');
`;

const HEADER = 'tensorflow/c/c_api.h';

/** The files of a library, whose content is the version it says it is. */
export function fakeLibrary(version: string): Record<string, string> {
  return {
    'libtensorflow_cc.so.2': version,
    'libtensorflow_framework.so.2': '',
    [`include/${HEADER}`]: '',
  };
}

/** A project with a package that behaves like `@tensorflow/tfjs-node-gpu`, and an empty cache. */
export function fakePackage(installer = INSTALLER_WITHOUT_NETWORK) {
  const root = temporaryFolder();
  const packageFolder = join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
  writeFiles(packageFolder, {
    'package.json': '{"name":"@tensorflow/tfjs-node-gpu","main":"main.js"}',
    'main.js': MAIN,
    'scripts/install.js': installer,
    'node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp': NODE_PRE_GYP,
  });
  return { root, packageFolder, cacheFolder: join(root, 'cache') };
}

/** Runs the setup, and keeps what it says. */
export async function runSetup(options: SetupTrainingOptions) {
  const events: SetupEvent[] = [];
  const result = await setupTraining({ ...options, onEvent: (event) => events.push(event) });
  const steps = events.flatMap((event) => (event.type === 'step' ? [event.message] : []));
  return { ...result, steps, events };
}

/** An environment whose PATH has just these programs: a script each, or a link to the path given. */
export function pathWith(programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(programs)) {
    const file = join(folder, name);
    if (content.startsWith('/')) {
      symlinkSync(content, file);
    } else {
      writeFiles(folder, { [name]: `#!/bin/sh\n${content}\n` });
      chmodSync(file, 0o755);
    }
  }
  return { PATH: folder };
}
