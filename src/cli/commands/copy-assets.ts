import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineCommand } from 'citty';
import { MANIFEST_FILE } from '../../sdk/bundle/index.js';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { defaultBundleFolder } from '../../sdk/runtime/node/default-bundle.js';
import { makeFolder } from '../../sdk/runtime/node/make-folder.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import {
  BUILD_FILES,
  type Build,
  MODELS_FOLDER,
  RUNTIME_FOLDER,
  SCRIPTS_FOLDER,
} from '../../sdk/runtime/web/asset-folder.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

/** The script of workers, which runs beside what it imports. */
const WORKER_ENTRY = 'runtime/web/worker-entry.js';
const MEGABYTE = 1_000_000;

export const copyAssetsCommand = defineCommand({
  meta: {
    name: 'copy-assets',
    description: 'Copy what a page fetches, ONNX Runtime and models, to a folder that is served with it',
  },
  args: {
    folder: { type: 'positional', required: true, description: 'Folder, for example public/wordbrush' },
    device: {
      type: 'string',
      default: 'all',
      description: 'wasm leaves out the build with WebGPU, which has 27 MB; all',
    },
    models: {
      type: 'string',
      description:
        'Model bundles to copy, separated by commas: those of the package by name, others by folder; none',
    },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 1);
    const folder = resolve(args.folder);
    const bundles = await findBundles(args.models);
    const files = [
      ...runtimeFiles(buildsOf(args.device)),
      ...(await scriptFiles()),
      ...(await modelFiles(bundles)),
    ];
    let bytes = 0;
    for (const { from, to } of files) bytes += await copyWhole(from, join(folder, to));
    await writeWholeFile(join(folder, MODELS_FOLDER, 'index.json'), listOf(bundles));
    console.log(`copied ${files.length} files, ${(bytes / MEGABYTE).toFixed(1)} MB, to ${args.folder}`);
  },
});

interface Copy {
  from: string;
  /** Inside the folder. */
  to: string;
}

function buildsOf(device: string): Build[] {
  if (device === 'all') return ['wasm', 'webgpu'];
  if (device === 'wasm') return ['wasm'];
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected --device wasm or all, received ${JSON.stringify(device)}.`,
    {
      details: { option: 'device' },
    },
  );
}

function runtimeFiles(builds: readonly Build[]): Copy[] {
  const folder = runtimeSource();
  return builds
    .flatMap((build) => Object.values(BUILD_FILES[build]))
    .map((file) => ({ from: join(folder, file), to: RUNTIME_FOLDER + file }));
}

function runtimeSource(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  } catch (error) {
    throw new WordbrushError('PACKAGE_MISSING', `Expected the package onnxruntime-web; ${reasonOf(error)}.`, {
      hint: 'Run: npm install onnxruntime-web@1.30.0',
      cause: error,
    });
  }
}

/** The worker's script and all that it imports, which is our own alone. */
async function scriptFiles(): Promise<Copy[]> {
  const root = fileURLToPath(new URL('../../sdk/', import.meta.url));
  const found = new Map<string, string>();
  const pending = [WORKER_ENTRY];
  for (let script = pending.pop(); script !== undefined; script = pending.pop()) {
    if (found.has(script)) continue;
    const from = join(root, script);
    if (!existsSync(from)) {
      throw new WordbrushError('FILE_MISSING', `Expected the script ${from}; it is not there.`, {
        hint: 'The command takes the built package: in its repository run npm run build, then npx wordbrush copy-assets.',
        details: { path: from },
      });
    }
    found.set(script, from);
    const source = await readFile(from, 'utf8');
    for (const [, specifier = ''] of source.matchAll(/(?:\bfrom\s*|\bimport\s*)'(\.[^']+)'/gu)) {
      pending.push(new URL(specifier, `file:///${script}`).pathname.slice(1));
    }
  }
  return Array.from(found, ([script, from]) => ({ from, to: SCRIPTS_FOLDER + script }));
}

/** Folders of bundles by the name that they get. */
async function findBundles(choice: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (choice === 'none') return new Map();
  const builtIn = dirname(defaultBundleFolder('drawing'));
  const names = choice === undefined ? await readdir(builtIn) : choice.split(',').map((name) => name.trim());
  const found = new Map<string, string>();
  for (const name of names) {
    const folder = [join(builtIn, name), resolve(name)].find((one) => existsSync(join(one, MANIFEST_FILE)));
    if (folder === undefined) {
      throw new WordbrushError(
        'MODEL_NOT_FOUND',
        `Expected a model bundle ${JSON.stringify(name)}; there is none.`,
        { hint: 'wordbrush models lists those of the package.', details: { location: name } },
      );
    }
    found.set(basename(folder), folder);
  }
  return found;
}

async function modelFiles(bundles: ReadonlyMap<string, string>): Promise<Copy[]> {
  const copies: Copy[] = [];
  for (const [name, folder] of bundles) {
    for (const file of await readdir(folder, { recursive: true })) {
      const from = join(folder, file);
      if ((await stat(from)).isFile()) {
        copies.push({ from, to: `${MODELS_FOLDER}${name}/${file.replaceAll('\\', '/')}` });
      }
    }
  }
  return copies;
}

/** The names of the bundles, for pages that let their visitors choose. */
function listOf(bundles: ReadonlyMap<string, string>): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify([...bundles.keys()])}\n`);
}

/** Under another name first, so that a server never gives half a file. @returns its bytes. */
async function copyWhole(from: string, to: string): Promise<number> {
  const unfinished = `${to}.${process.pid}.tmp`;
  try {
    await makeFolder(dirname(to));
    await copyFile(from, unfinished);
    await rename(unfinished, to);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${to}; ${reasonOf(error)}.`, {
      hint: 'Name a folder that can be written.',
      cause: error,
      details: { path: to },
    });
  }
  return (await stat(to)).size;
}
