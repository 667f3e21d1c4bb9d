import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Inside node_modules, so that what is built there finds the packages of the project. */
const CACHE = join(ROOT, 'node_modules/.cache/wordbrush-tests');
const DAY_MS = 24 * 60 * 60 * 1000;
const BUNDLER = join(ROOT, 'scripts/steps/bundle-sdk.mjs');

const { bundleSdk }: { bundleSdk(root: string): Promise<void> } = await import(pathToFileURL(BUNDLER).href);

/**
 * The package of the sources as they are now, without types: every source as JavaScript, and the one file for Node. It
 * is built by the first test that asks, in whatever process, and a child that runs it starts without a compiler.
 * @returns its folder, with `package.json`, `dist` and `exported-models`; not to be changed.
 */
export async function builtPackage(): Promise<string> {
  const sources = sourcePaths();
  const folder = join(CACHE, hashOf([...sources, join(ROOT, 'package.json'), BUNDLER]));
  if (existsSync(folder)) return folder;
  removeOld();
  const unfinished = `${folder}.${process.pid}`;
  await compile(sources, unfinished);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another process was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Removes what earlier sources gave, unless a run that still goes on may use it. */
function removeOld(): void {
  if (!existsSync(CACHE)) return;
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (ageMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

function sourcePaths(): string[] {
  const paths = ['src', 'tools'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      join(ROOT, folder, path),
    ),
  );
  return paths.filter((path) => path.endsWith('.ts')).sort();
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

async function compile(sources: string[], target: string): Promise<void> {
  await build({
    entryPoints: sources,
    outdir: join(target, 'dist'),
    outbase: ROOT,
    format: 'esm',
    target: 'es2023',
    logLevel: 'error',
  });
  await bundleSdk(target);
  cpSync(join(ROOT, 'package.json'), join(target, 'package.json'));
  mkdirSync(join(target, 'src/training/encoders'), { recursive: true });
  for (const path of ['exported-models', 'src/training/encoders/efficientnet-lite0']) {
    if (existsSync(join(ROOT, path))) symlinkSync(join(ROOT, path), join(target, path));
  }
}
