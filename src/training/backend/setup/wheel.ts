import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findExecutable } from './find-executable.js';
import { findLibrary } from './find-library.js';
import { missingPiece } from './missing-piece.js';
import { pipDownload } from './pip-download.js';
import { removeLeftovers, temporaryName } from './remove-leftovers.js';
import { runCommand } from './run-command.js';
import type { LibraryKind, SetupContext, TensorFlowLibrary } from './setup-types.js';
import { unpackWheel } from './unpack-wheel.js';

/** The release of TensorFlow that the binding was tried with. */
export const TENSORFLOW_VERSION = '2.21.0';

const DISTRIBUTIONS: Readonly<Record<LibraryKind, string>> = { cpu: 'tensorflow-cpu', gpu: 'tensorflow' };

/** The library, and the headers that the binding's sources include. */
const LIBRARY_MEMBERS = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/ctstring',
  'tensorflow/include/tsl/platform/ctstring',
  'tensorflow/include/xla/tsl/c/',
];

/** Where the library of the wheel is kept for every project of this user. */
export function wheelFolder(cacheFolder: string, kind: LibraryKind): string {
  return join(cacheFolder, 'tensorflow', `${TENSORFLOW_VERSION}-${kind}`);
}

/**
 * The TensorFlow library of the wheel on PyPI: from the cache, else downloaded into it with `python3 -m pip`.
 * `tensorflow-cpu` is 274 MB to download and 860 MB to keep. `gpu` is `tensorflow` with the `nvidia-*` wheels of
 * CUDA 12 that it asks for, several GB; that route has loaded and trained on a processor, but has not been run
 * on a GPU.
 * @throws {WordbrushError} `SETUP_FAILED` naming Python, pip, the network, the wheel or the disk.
 */
export async function wheelLibrary(setup: SetupContext, kind: LibraryKind): Promise<TensorFlowLibrary> {
  const folder = wheelFolder(setup.cacheFolder, kind);
  const kept = await keptLibrary(folder);
  if (kept !== undefined) return kept;

  const python = await pythonWithPip(setup.env);
  const prefix = `.${basename(folder)}-`;
  await mkdir(dirname(folder), { recursive: true });
  await removeLeftovers(dirname(folder), prefix);
  const temporary = join(dirname(folder), temporaryName(prefix));
  try {
    const unpacked = join(temporary, 'library');
    await fetchLibrary(setup, kind, python, temporary, unpacked);
    findLibrary(unpacked);
    await rename(unpacked, folder).catch((error: unknown) => {
      // Another setup was quicker; its library is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return findLibrary(folder);
}

/** The library in the cache; one that lost a file is removed. */
async function keptLibrary(folder: string): Promise<TensorFlowLibrary | undefined> {
  if (!existsSync(folder)) return undefined;
  try {
    return findLibrary(folder);
  } catch {
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
}

async function pythonWithPip(env: NodeJS.ProcessEnv): Promise<string> {
  const python = await findExecutable(['python3'], env);
  if (python === undefined) throw missingPiece('python');
  const { exitCode, output } = await runCommand(python, ['-m', 'pip', '--version'], { env });
  if (exitCode !== 0) throw missingPiece('pip', new Error(output.trim()));
  return python;
}

async function fetchLibrary(
  setup: SetupContext,
  kind: LibraryKind,
  python: string,
  temporary: string,
  unpacked: string,
): Promise<void> {
  const distribution = DISTRIBUTIONS[kind];
  const metadata = `${distribution.replace('-', '_')}-${TENSORFLOW_VERSION}.dist-info/METADATA`;
  const requirement = `${distribution}==${TENSORFLOW_VERSION}`;
  const members = [...LIBRARY_MEMBERS, metadata];
  await fetchAndUnpack(setup, python, [requirement], join(temporary, 'wheel'), unpacked, members);
  if (kind === 'cpu') return;
  const companions = cudaRequirements(await readFile(join(unpacked, metadata), 'utf8'));
  await fetchAndUnpack(setup, python, companions, join(temporary, 'nvidia'), unpacked, ['nvidia/']);
}

async function fetchAndUnpack(
  { env, onEvent }: SetupContext,
  python: string,
  requirements: readonly string[],
  downloads: string,
  folder: string,
  prefixes: readonly string[],
): Promise<void> {
  const name = requirements.length === 1 ? requirements[0] : `${requirements.length} NVIDIA packages`;
  onEvent({ type: 'step', message: `Downloading ${name} with pip` });
  const report = (message: string) => (doneBytes: number, totalBytes: number | undefined) =>
    onEvent({ type: 'progress', message, doneBytes, ...(totalBytes !== undefined && { totalBytes }) });
  const onDownload = report('downloading');
  const wheels = await pipDownload({ python, requirements, folder: downloads, env, onProgress: onDownload });
  onEvent({ type: 'step', message: 'Unpacking the library' });
  for (const wheel of wheels) {
    await unpackWheel({ python, wheel, folder, prefixes, env, onProgress: report('unpacking') });
    await rm(wheel);
  }
}

/** `nvidia-cublas-cu12<13.0,>=12.5.3.2` and so on: what the wheel's extra `and-cuda` adds. */
function cudaRequirements(metadata: string): string[] {
  return [...metadata.matchAll(/^Requires-Dist: (nvidia-[^;\s]+)\s*;.*and-cuda/gm)].flatMap(
    (line) => line[1] ?? [],
  );
}
