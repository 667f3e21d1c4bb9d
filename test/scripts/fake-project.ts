import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.js';

/** A compiler that counts its runs and writes a program that prints its arguments and ends with EXIT_CODE. */
const COMPILER = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('compiler-runs', 'x');
mkdirSync('dist/src/cli', { recursive: true });
writeFileSync('dist/package.json', '{"type":"commonjs"}');
writeFileSync('dist/src/cli/main.js', \`
  console.log('main', JSON.stringify(process.argv.slice(2)), process.env.ORT_DISABLE_TELEMETRY);
  process.exitCode = Number(process.env.EXIT_CODE ?? 0);
\`);
`;

/** A vitest that copies the report in REPORT, if any, to where it was asked for. */
const VITEST = `
import { copyFileSync } from 'node:fs';
console.log('vitest', JSON.stringify(process.argv.slice(2).filter((arg) => !arg.startsWith('--'))));
const output = process.argv.find((arg) => arg.startsWith('--outputFile.json=')).split('=')[1];
if (process.env.REPORT) copyFileSync(process.env.REPORT, output);
process.exitCode = Number(process.env.VITEST_EXIT_CODE ?? 0);
`;

const LOCK = JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } });

/** A project with the real scripts, its packages installed, and a compiler and a vitest that only pretend. */
export function fakeProject(files: Readonly<Record<string, string>> = {}): string {
  const root = temporaryFolder({
    'package.json': '{}',
    'package-lock.json': LOCK,
    'node_modules/.package-lock.json': LOCK,
    'node_modules/typescript/package.json': '{}',
    'node_modules/typescript/bin/tsc': COMPILER,
    'node_modules/vitest/vitest.mjs': VITEST,
    'src/cli/main.ts': 'one',
    ...files,
  });
  cpSync(fileURLToPath(new URL('../../scripts', import.meta.url)), join(root, 'scripts'), {
    recursive: true,
  });
  return root;
}

/** Runs a script of the project as npm would. */
export function runScript(root: string, script: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', script), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return { status, lines: stdout.trim().split('\n'), stderr };
}
