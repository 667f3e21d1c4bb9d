import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBytes } from './folder-size.js';
import { commandFailure } from './missing-piece.js';
import { runCommand } from './run-command.js';

/**
 * Nothing of a wheel's Python is used, so the wheels of one Python serve whatever Python runs pip. Of the platforms,
 * the oldest Linux that TensorFlow's wheels are made for and those that NVIDIA's are.
 */
const PYTHON = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];
const PLATFORMS = ['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_17', 'manylinux2014', 'manylinux1'];
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

const POLL_MS = 500;

export interface PipDownloadOptions {
  /** Path of a Python 3 with pip. */
  python: string;
  /** Like `tensorflow-cpu==2.21.0`. */
  requirements: readonly string[];
  /** The wheels are written here; pip's temporary files too. */
  folder: string;
  env: NodeJS.ProcessEnv;
  onProgress: (doneBytes: number, totalBytes: number | undefined) => void;
}

/**
 * Downloads wheels with the user's own pip (its index, proxy and certificates), without what they depend on.
 * Gives their paths.
 * @throws {WordbrushError} `SETUP_FAILED` naming pip, the network, the wheel or the disk.
 */
export async function pipDownload(options: PipDownloadOptions): Promise<string[]> {
  const { python, requirements, folder, env, onProgress } = options;
  const temporary = join(folder, 'pip');
  await mkdir(temporary, { recursive: true });
  const architecture = ARCHITECTURES[process.arch] ?? process.arch;
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', ...PYTHON];
  for (const platform of PLATFORMS) args.push('--platform', `${platform}_${architecture}`);
  // The library is kept unpacked, so that a second copy in pip's cache would be in vain.
  args.push('--no-cache-dir', '--retries', '2', '--progress-bar', 'off', '--disable-pip-version-check');
  args.push('--dest', folder, ...requirements);

  let totalBytes: number | undefined;
  const timer = setInterval(async () => {
    const doneBytes = await folderBytes(folder);
    onProgress(totalBytes === undefined ? doneBytes : Math.min(doneBytes, totalBytes), totalBytes);
  }, POLL_MS);
  try {
    const { exitCode, output } = await runCommand(python, args, {
      env: { ...env, TMPDIR: temporary },
      onLine: (line) => {
        const bytes = announcedBytes(line);
        if (bytes !== undefined) totalBytes = (totalBytes ?? 0) + bytes;
      },
    });
    if (exitCode !== 0) throw commandFailure('Downloading the TensorFlow wheel with pip', output);
  } finally {
    clearInterval(timer);
  }
  return (await readdir(folder)).filter((name) => name.endsWith('.whl')).map((name) => join(folder, name));
}

/** The size in pip's line `Downloading <file> (273.8 MB)`. */
function announcedBytes(line: string): number | undefined {
  const size = /^\s*Downloading .*\((\d+(?:\.\d+)?) ([kMG]?)B\)$/.exec(line);
  if (size === null) return undefined;
  const factor = { k: 1e3, M: 1e6, G: 1e9 }[size[2] ?? ''] ?? 1;
  return Number(size[1]) * factor;
}
