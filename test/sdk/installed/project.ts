import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { builtPackage } from '../../built-package.js';
import { writeFiles } from '../../temporary-folder.js';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What wordbrush takes of others, as installed beside it. */
const PACKAGES = ['zod', 'onnxruntime-node', 'onnxruntime-web', 'sharp'] as const;

export type InstalledPackage = (typeof PACKAGES)[number];

export interface Ended {
  /** Null if a signal ended it. */
  code: number | null;
  output: string;
  errors: string;
  elapsedMs: number;
}

/** A project that has wordbrush installed, in a folder that goes after the last test of the file. */
export interface Project {
  folder: string;
  /** Where a package lies or would lie. */
  packageFolder(name: string): string;
  /** Runs JavaScript, a module, in a process of its own. */
  run(script: string, options?: RunOptions): Promise<Ended>;
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** Of Node.js, before the script. */
  args?: readonly string[];
  /** @default this Node.js */
  node?: string;
  /** When it is ended. @default 90,000 */
  timeoutMs?: number;
}

/**
 * A project with the SDK as it is now, compiled, and those packages; made before the first test of a file.
 * @param packages those that are installed. @default all
 */
export function useProject(packages: readonly InstalledPackage[] = PACKAGES): () => Project {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wordbrush-project-'));
    const modules = join(folder, 'node_modules');
    mkdirSync(modules);
    for (const name of packages) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    await installSdk(join(modules, 'wordbrush'));
    writeFiles(folder, { 'package.json': '{ "type": "module", "private": true }' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => ({
    folder,
    packageFolder: (name) => join(folder, 'node_modules', name),
    run: (script, options) => runModule(folder, script, options),
  });
}

/** The SDK alone, as files: links would find the packages of this project. */
async function installSdk(target: string): Promise<void> {
  const built = await builtPackage();
  cpSync(join(built, 'dist/src/sdk'), join(target, 'dist/src/sdk'), { recursive: true });
  cpSync(join(built, 'package.json'), join(target, 'package.json'));
  mkdirSync(join(target, 'exported-models'));
  for (const name of readdirSync(join(ROOT, 'exported-models'))) {
    symlinkSync(join(ROOT, 'exported-models', name), join(target, 'exported-models', name));
  }
}

function runModule(folder: string, script: string, options: RunOptions = {}): Promise<Ended> {
  const { env = {}, args = [], node = process.execPath, timeoutMs = 90_000 } = options;
  const { ORT_DISABLE_TELEMETRY: _, VK_ICD_FILENAMES: __, ...inherited } = process.env;
  const started = performance.now();
  return new Promise((resolve) => {
    const child = execFile(
      node,
      [...args, '--input-type=module', '--eval', script],
      { cwd: folder, env: { ...inherited, ...env }, timeout: timeoutMs, killSignal: 'SIGKILL' },
      (_error, output, errors) =>
        resolve({ code: child.exitCode, output, errors, elapsedMs: performance.now() - started }),
    );
  });
}
