import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { readTar } from './read-tar.js';

const run = promisify(execFile);

/** A package of the npm registry at one version, with what npm calls its integrity. */
export interface PinnedPackage {
  name: string;
  version: string;
  integrity: `sha512-${string}`;
}

export interface FetchPackageOptions {
  /** The npm to call. @default 'npm' */
  npm?: string;
  signal?: AbortSignal;
}

/**
 * Fetches a package with the user's own npm (its registry, proxy and cache settings), checks it, and gives its files
 * by their path inside the package. Nothing of it is installed or run, nor left on disk.
 * @throws {WordbrushError} `NETWORK` if npm cannot get it, `INTEGRITY_MISMATCH` if it is not the pinned one, `ABORTED`.
 */
export async function fetchPackage(
  { name, version, integrity }: PinnedPackage,
  options: FetchPackageOptions = {},
): Promise<Map<string, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'wordbrush-package-'));
  try {
    await npmPack(`${name}@${version}`, folder, options);
    const [tarball] = await readdir(folder);
    if (tarball === undefined)
      throw new WordbrushError('NETWORK', `Expected npm to write ${name}, got no file.`);
    const bytes = await readFile(join(folder, tarball));
    const got = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    if (got !== integrity) {
      throw new WordbrushError(
        'INTEGRITY_MISMATCH',
        `Expected ${name}@${version} with ${integrity}, got ${got}.`,
        {
          hint: 'Check the registry that npm is set to use: `npm config get registry`.',
        },
      );
    }
    const files = readTar(gunzipSync(bytes), tarball);
    return new Map([...files].map(([path, content]) => [path.replace(/^package\//, ''), content]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function npmPack(
  spec: string,
  folder: string,
  { npm = 'npm', signal }: FetchPackageOptions,
): Promise<void> {
  try {
    // On Windows npm is a script, which only a shell starts; every argument is ours, the folder apart.
    await run(npm, ['pack', spec, '--ignore-scripts', '--silent'], {
      cwd: folder,
      shell: process.platform === 'win32',
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw new WordbrushError('ABORTED', `Fetching ${spec} was aborted.`, { cause });
    throw new WordbrushError('NETWORK', `Could not fetch ${spec} with npm: ${reasonOf(cause).trim()}.`, {
      hint: `Run \`npm pack ${spec}\` by hand to see npm's own message; check the network and \`npm config get registry\`.`,
      cause,
    });
  }
}
