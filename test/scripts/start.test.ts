import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFiles } from '../temporary-folder.js';
import { fakeProject, runScript } from './fake-project.js';

const compilerRuns = (root: string) => readFileSync(join(root, 'compiler-runs'), 'utf8').length;

describe('npm start', () => {
  it('builds, then draws what its arguments say, with the telemetry of ONNX Runtime off', () => {
    const root = fakeProject();
    const { status, lines } = runScript(root, 'start.mjs', ['a red heart', '--seed', '7']);
    expect(lines).toEqual(['main ["generate","a red heart","--seed","7"] 1']);
    expect(status).toBe(0);
  });

  it('draws the gallery without arguments, and keeps the exit code', () => {
    const { status, lines } = runScript(fakeProject(), 'start.mjs', [], { EXIT_CODE: '7' });
    expect(lines).toEqual(['main ["generate","--gallery"] 1']);
    expect(status).toBe(7);
  });

  it('builds again only when a source changed, and says nothing otherwise', () => {
    const root = fakeProject();
    runScript(root, 'start.mjs', ['x']);
    expect(runScript(root, 'start.mjs', ['x']).stderr).toBe('');
    expect(compilerRuns(root)).toBe(1);
    writeFiles(root, { 'src/cli/main.ts': 'two' });
    expect(runScript(root, 'start.mjs', ['x']).stderr).toBe('Building\n');
    expect(compilerRuns(root)).toBe(2);
  });

  it('removes what was compiled from a source that is gone', () => {
    const root = fakeProject({ 'dist/src/old.js': '', 'dist/src/old.d.ts': '', 'dist/src/old.js.map': '' });
    runScript(root, 'start.mjs', ['x']);
    for (const name of ['old.js', 'old.d.ts', 'old.js.map']) {
      expect(existsSync(join(root, 'dist/src', name))).toBe(false);
    }
    expect(existsSync(join(root, 'dist/src/cli/main.js'))).toBe(true);
  });

  it('does not draw with a build that failed, and builds again the next time', () => {
    const root = fakeProject({ 'node_modules/typescript/bin/tsc': 'process.exit(2)' });
    for (const attempt of [1, 2]) {
      const { status, lines, stderr } = runScript(root, 'start.mjs', ['x']);
      expect({ attempt, status, lines }).toEqual({ attempt, status: 2, lines: [''] });
      expect(stderr).toContain('The build failed');
    }
  });

  it('installs without install scripts when the lock file names other packages', () => {
    const npm =
      "require('node:fs').writeFileSync('npm-args', process.argv.slice(2).join(' ')); process.exit(3)";
    const root = fakeProject({ 'npm-cli.js': npm });
    const lock = { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-b' } } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
    const env = { npm_execpath: join(root, 'npm-cli.js') };
    const { status, stderr } = runScript(root, 'start.mjs', ['x'], env);
    expect(readFileSync(join(root, 'npm-args'), 'utf8')).toContain('install --no-save --ignore-scripts');
    expect(status).toBe(3);
    expect(stderr).toContain('The packages could not be installed');
    expect(existsSync(join(root, 'compiler-runs'))).toBe(false);
  });
});

describe('the check of installed packages', () => {
  it.each([
    ['an optional package may be missing', { version: '2.0.0', integrity: 'sha512-c', optional: true }, true],
    ['any other may not', { version: '2.0.0', integrity: 'sha512-c' }, false],
  ])('%s', async (_name, entry, matches) => {
    const steps: { packagesMatchLock(root: string): Promise<boolean> } = await import(
      new URL('../../scripts/steps/install-packages.mjs', import.meta.url).href
    );
    const root = fakeProject();
    expect(await steps.packagesMatchLock(root)).toBe(true);
    const installed = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
    const lock = { packages: { '': { version: '0.1.0' }, ...installed, 'node_modules/b': entry } };
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
    expect(await steps.packagesMatchLock(root)).toBe(matches);
  });
});

describe('the check of Node.js', () => {
  it.each([
    ['20.19.0', true],
    ['22.0.0', true],
    ['20.18.3', false],
    ['18.20.0', false],
  ])('%s: %s', async (version, fits) => {
    const steps: { nodeProblem(version: string): string | undefined } = await import(
      new URL('../../scripts/steps/check-node.mjs', import.meta.url).href
    );
    const problem = steps.nodeProblem(version);
    if (fits) expect(problem).toBeUndefined();
    else expect(problem).toContain(`needs Node.js 20.19 or newer, this is ${version}`);
  });
});
