import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { WordbrushError } from '../../../sdk/errors.js';
import type { TensorFlowLibrary } from './setup-types.js';

/** The wheel's name for the library, and those of TensorFlow's own C archives. */
const LIBRARY_NAMES = ['libtensorflow_cc.so.2', 'libtensorflow.so.2', 'libtensorflow.so'];
const FRAMEWORK_NAMES = ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'];
const C_API_HEADER = 'tensorflow/c/c_api.h';

/**
 * Finds the TensorFlow C library in `folder` (also in its `lib` or `tensorflow`): an unpacked wheel, the
 * `tensorflow` folder of a Python's site-packages, or an unpacked libtensorflow archive.
 * @throws {WordbrushError} `SETUP_FAILED` naming the file that is not there.
 */
export function findLibrary(folder: string): TensorFlowLibrary {
  const root = resolve(folder);
  if (!existsSync(root)) throw notThere(`a folder at ${root}`, 'there is none');
  const folders = [root, join(root, 'lib'), join(root, 'tensorflow')];
  const library = firstFile(folders, LIBRARY_NAMES);
  if (library === undefined) throw notThere(`${LIBRARY_NAMES.join(' or ')} in ${root}`, 'there is none');

  const libraryFolder = dirname(library);
  const framework = firstFile([libraryFolder], FRAMEWORK_NAMES);
  if (framework === undefined) throw notThere(`libtensorflow_framework.so.2 beside ${library}`, 'it is not');
  const includes = [join(libraryFolder, 'include'), join(libraryFolder, '..', 'include')];
  const include = includes.find((candidate) => existsSync(join(candidate, C_API_HEADER)));
  if (include === undefined) throw notThere(`${C_API_HEADER} in ${includes.join(' or ')}`, 'it is not there');

  const nvidia = [join(libraryFolder, 'nvidia'), join(libraryFolder, '..', 'nvidia')].find(existsSync);
  return { folder: root, library, framework, include, ...(nvidia !== undefined && { nvidia }) };
}

function firstFile(folders: readonly string[], names: readonly string[]): string | undefined {
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

function notThere(expected: string, received: string): WordbrushError {
  return new WordbrushError('SETUP_FAILED', `Expected ${expected}, but ${received}.`, {
    hint: 'Name a folder with the unpacked tensorflow-cpu wheel: `wordbrush setup training --from DIR`.',
    details: { piece: 'library' },
  });
}
