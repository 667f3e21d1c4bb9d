import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findExecutable } from './find-executable.js';
import { commandFailure, missingPiece } from './missing-piece.js';
import { runCommand } from './run-command.js';

/** The program that builds the binding, from the dependencies of the package at `packageFolder`. */
export function nodePreGyp(packageFolder: string): string {
  return createRequire(join(packageFolder, 'package.json')).resolve('@mapbox/node-pre-gyp/bin/node-pre-gyp');
}

/**
 * The environment in which the binding builds: with a compiler, and with the headers that came with this
 * Node.js, so that node-gyp does not download them.
 * @throws {WordbrushError} `SETUP_FAILED` if Python, the compiler or make is missing.
 */
export async function buildEnvironment(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if ((await findExecutable(['python3', 'python'], env)) === undefined) throw missingPiece('python');
  const compiler = await findExecutable(env.CXX ? [env.CXX] : ['g++', 'c++', 'clang++'], env);
  if (compiler === undefined) throw missingPiece('compiler');
  if ((await findExecutable(['make', 'gmake'], env)) === undefined) throw missingPiece('make');

  const prefix = dirname(dirname(process.execPath));
  const nodedir = existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : undefined;
  return {
    ...env,
    CXX: compiler,
    // One job for each processor: the binding is two files.
    JOBS: env.JOBS ?? 'max',
    ...(env.npm_config_nodedir === undefined && nodedir !== undefined && { npm_config_nodedir: nodedir }),
  };
}

/**
 * Builds the binding of the package at `packageFolder` on the library linked in its `deps`, for the newest
 * Node-API it knows. Takes about 15 seconds on two cores.
 * @throws {WordbrushError} `SETUP_FAILED`.
 */
export async function buildBinding(packageFolder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const args = [
    nodePreGyp(packageFolder),
    'rebuild',
    '--build-from-source',
    '--build-latest-napi-version-only',
  ];
  const { exitCode, output } = await runCommand(process.execPath, args, { cwd: packageFolder, env });
  if (exitCode !== 0) throw commandFailure('Building the TensorFlow binding', output);
}
