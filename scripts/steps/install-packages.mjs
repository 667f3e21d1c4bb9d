import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

/**
 * Installs the packages of package-lock.json if those in node_modules are others.
 *
 * No install script runs: those of two packages fetch hundreds of megabytes from hosts that a closed network does
 * not reach, and npm before version 11 does not know `allowScripts`.
 * @param {string} root folder of package.json
 * @returns {Promise<number>} exit code
 */
export async function installPackages(root) {
  if (await packagesMatchLock(root)) return 0;
  console.error('Installing packages with npm');
  // Not `npm ci`: that would delete node_modules, and with it the native binding that was built there.
  const args = [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
  ];
  // `npm test --silent` would silence this npm too.
  args.push('--loglevel=warn');
  const npm = process.env.npm_execpath ?? '';
  // pnpm and yarn set npm_execpath too, to themselves.
  const exitCode = npm.endsWith('npm-cli.js')
    ? await runCommand(process.execPath, [npm, ...args], { cwd: root })
    : await runCommand('npm', args, { cwd: root, shell: process.platform === 'win32' });
  if (exitCode !== 0) {
    console.error('The packages could not be installed; npm says why above. Nothing else was tried.');
  }
  return exitCode;
}

/**
 * Whether node_modules holds the packages of package-lock.json, by the record that npm keeps there. Optional
 * packages may be missing: most are for other platforms.
 * @param {string} root
 */
export async function packagesMatchLock(root) {
  const wanted = await readPackages(join(root, 'package-lock.json'));
  const installed = await readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** @returns {Promise<Record<string, any> | undefined>} */
async function readPackages(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
