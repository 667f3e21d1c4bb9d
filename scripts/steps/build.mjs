import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { bundleSdk } from './bundle-sdk.mjs';
import { runCommand } from './run-command.mjs';

const SOURCE_FOLDERS = ['src', 'tools'];
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/**
 * Compiles the TypeScript sources into dist, and puts what an app loads into one file, if they are others than at the last build.
 * @param {string} root folder of package.json
 * @returns {Promise<number>} exit code
 */
export async function build(root) {
  const sources = await listSources(root);
  const hash = await hashFiles(root, [...sources, ...SETTINGS]);
  const stamp = join(root, 'dist', '.sources.sha256');
  const built = await readFile(stamp, 'utf8').catch(() => '');
  if (built === hash) return 0;

  console.error('Building');
  await rm(stamp, { force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = ['-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
  const exitCode = await runCommand(process.execPath, [compiler, ...args], { cwd: root });
  if (exitCode !== 0) {
    console.error('The build failed; the compiler says why above.');
    return exitCode;
  }
  await removeStale(root, new Set(sources));
  await bundleSdk(root);
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(stamp, hash);
  return 0;
}

/** Paths from the root, sorted. */
async function listSources(root) {
  const paths = [];
  for (const folder of SOURCE_FOLDERS) {
    if (existsSync(join(root, folder))) paths.push(...(await filesUnder(root, folder)));
  }
  return paths.filter((path) => path.endsWith('.ts')).sort();
}

async function filesUnder(root, folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

async function hashFiles(root, paths) {
  const hash = createHash('sha256');
  const contents = await Promise.all(paths.map((path) => readFile(join(root, path)).catch(() => '')));
  for (const [index, path] of paths.entries()) {
    hash.update(`${path}\0${contents[index].length}\0`).update(contents[index]);
  }
  return hash.digest('hex');
}

/** Removes what was compiled from sources that are gone: a test or an import would still find it. */
async function removeStale(root, sources) {
  for (const folder of SOURCE_FOLDERS) {
    const compiled = join('dist', folder);
    if (!existsSync(join(root, compiled))) continue;
    for (const path of await filesUnder(root, compiled)) {
      const source = path.replace(/^dist\//, '').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
      if (!sources.has(source)) await rm(join(root, path));
    }
  }
}
