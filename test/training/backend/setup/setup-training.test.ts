import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setupTraining } from '../../../../src/training/backend/setup/setup-training.js';
import { temporaryFolder, writeFiles } from '../../../temporary-folder.js';
import { fakeLibrary, fakePackage, pathWith, runSetup } from './fake-package.js';

const TOOLS = { 'g++': '', make: '' };
const WITHOUT_PIP = {
  ...TOOLS,
  python3: 'echo "/usr/bin/python3: No module named pip" >&2; exit 1',
};

const builds = (root: string) =>
  existsSync(join(root, 'builds')) ? readFileSync(join(root, 'builds'), 'utf8').length : 0;

describe.skipIf(process.platform !== 'linux')('setupTraining (Linux only)', () => {
  it('puts the library of a folder behind the package, and does nothing the second time', async () => {
    const { root, ...place } = fakePackage();
    const from = temporaryFolder(fakeLibrary('2.99.0'));
    const env = pathWith(WITHOUT_PIP);
    const first = await runSetup({ ...place, env, from });
    expect(first).toMatchObject({ changed: true, source: 'directory', version: '2.99.0', gpu: false });
    expect(first.steps).toEqual([`Building the binding on ${from}`, 'Training one step with it']);

    for (const again of [{ from }, {}, { library: 'cpu' }] as const) {
      const second = await runSetup({ ...place, env, ...again });
      expect(second).toMatchObject({ changed: false, source: 'directory', version: '2.99.0', events: [] });
    }
    expect(builds(root)).toBe(1);
  });

  it('replaces a library that works when another is asked for', async () => {
    const place = fakePackage();
    const env = pathWith(WITHOUT_PIP);
    await runSetup({ ...place, env, from: temporaryFolder(fakeLibrary('1')) });
    const other = temporaryFolder(fakeLibrary('2'));
    expect(await runSetup({ ...place, env, from: other })).toMatchObject({ changed: true, version: '2' });
    const gpu = await runSetup({ ...place, env, from: other, library: 'gpu' });
    expect(gpu).toMatchObject({ changed: true, gpu: false });
    expect(gpu.steps.at(-1)).toContain('no usable GPU');
  });

  it('takes the library of the cache before it downloads anything', async () => {
    const place = fakePackage();
    writeFiles(join(place.cacheFolder, 'tensorflow/2.21.0-cpu'), fakeLibrary('2.21.0'));
    const result = await runSetup({ ...place, env: pathWith(WITHOUT_PIP) });
    expect(result).toMatchObject({ changed: true, source: 'wheel', version: '2.21.0' });
    expect(result.steps).toHaveLength(2);
  });

  it('mends a package whose library has gone', async () => {
    const place = fakePackage();
    const env = pathWith(WITHOUT_PIP);
    const from = temporaryFolder(fakeLibrary('1'));
    await runSetup({ ...place, env, from });
    rmSync(join(from, 'libtensorflow_cc.so.2'));
    writeFiles(from, { 'libtensorflow.so': '3' });
    const result = await runSetup({ ...place, env, from });
    expect(result).toMatchObject({ changed: true, version: '3' });
    expect(result.steps[0]).toContain('does not work');
  });

  it.each([
    ['a build that fails', 'throw new Error("internal compiler error")', '2', 'internal compiler error'],
    ['a library that does not train', undefined, 'diverges', 'train one step'],
  ])('leaves what worked as it was after %s', async (_name, nodePreGyp, version, expected) => {
    const place = fakePackage();
    const env = pathWith(WITHOUT_PIP);
    await runSetup({ ...place, env, from: temporaryFolder(fakeLibrary('1')) });
    if (nodePreGyp !== undefined) {
      writeFiles(place.packageFolder, { 'node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp': nodePreGyp });
    }
    await expect(
      setupTraining({ ...place, env, from: temporaryFolder(fakeLibrary(version)) }),
    ).rejects.toMatchObject({ code: 'SETUP_FAILED', message: expect.stringContaining(expected) });
    expect(await runSetup({ ...place, env })).toMatchObject({ changed: false, version: '1' });
    expect(readdirSync(dirname(place.packageFolder))).toEqual(['tfjs-node-gpu']);
  });

  it("leaves nothing of the package's own download on a closed network, and goes on to the wheel", async () => {
    const place = fakePackage();
    const env = pathWith(WITHOUT_PIP);
    await runSetup({ ...place, env, from: temporaryFolder(fakeLibrary('1')) });
    await expect(setupTraining({ ...place, env, from: 'download' })).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('getaddrinfo ENOTFOUND storage.invalid'),
      details: { piece: 'network' },
    });
    expect(await runSetup({ ...place, env })).toMatchObject({ changed: false, version: '1' });

    const fresh = fakePackage();
    const steps: string[] = [];
    const onEvent = (event: { message: string }) => steps.push(event.message);
    await expect(setupTraining({ ...fresh, env, onEvent })).rejects.toMatchObject({
      details: { piece: 'pip' },
    });
    expect(steps[1]).toBe(
      "The package's own download did not work: getaddrinfo ENOTFOUND storage.invalid. Taking the wheel on PyPI instead",
    );
    expect(readdirSync(dirname(fresh.packageFolder))).toEqual(['tfjs-node-gpu']);
  });

  it("uses the package's own download where it works", async () => {
    const installer = `
      const { mkdirSync, writeFileSync } = require('node:fs');
      mkdirSync('deps/lib', { recursive: true });
      mkdirSync('lib');
      writeFileSync('deps/lib/libtensorflow.so', '2.9.1 ' + process.argv.slice(2).join(' '));
      writeFileSync('lib/binding.node', '');`;
    const place = fakePackage(installer);
    const result = await runSetup({ ...place, env: pathWith({}) });
    expect(result).toMatchObject({ changed: true, source: 'download', version: '2.9.1 cpu download' });
    expect(await runSetup({ ...place, from: 'download', env: pathWith({}) })).toMatchObject({
      changed: false,
    });
  });

  it('removes what a setup that was killed left behind', async () => {
    const place = fakePackage();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(join(dirname(place.packageFolder), `.tfjs-node-gpu-setup-${pid}`));
    const env = pathWith(WITHOUT_PIP);
    await runSetup({ ...place, env, from: temporaryFolder(fakeLibrary('1')) });
    expect(readdirSync(dirname(place.packageFolder))).toEqual(['tfjs-node-gpu']);
  });

  it.each([
    ['Python', 'python', {}, 'apt-get install python3'],
    ['a compiler', 'compiler', { python3: '', make: '' }, 'apt-get install g++ make'],
    ['make', 'make', { python3: '', 'g++': '' }, 'apt-get install make'],
    ['pip', 'pip', WITHOUT_PIP, 'apt-get install python3-pip'],
  ])('names %s when it is missing', async (_name, piece, programs, command) => {
    const place = fakePackage();
    const failed = setupTraining({ ...place, env: pathWith(programs), from: 'wheel' });
    await expect(failed).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      hint: expect.stringContaining(command),
      details: { piece },
    });
    expect(existsSync(join(place.cacheFolder, 'tensorflow'))).toBe(false);
  });

  it.each([
    ['a folder that is not there', '/nowhere/at/all', 'a folder at /nowhere/at/all'],
    ['a folder without a library', { README: '' }, 'libtensorflow_cc.so.2'],
    [
      'a library without its framework',
      { 'libtensorflow_cc.so.2': '' },
      'libtensorflow_framework.so.2 beside',
    ],
    [
      'a library without headers',
      { 'lib/libtensorflow.so': '', 'lib/libtensorflow_framework.so': '' },
      'tensorflow/c/c_api.h in',
    ],
  ])('refuses %s', async (_name, files, expected) => {
    const from = typeof files === 'string' ? files : temporaryFolder(files);
    const failed = setupTraining({ ...fakePackage(), env: pathWith(WITHOUT_PIP), from });
    await expect(failed).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining(expected),
      hint: expect.stringContaining('--from DIR'),
    });
  });

  it('tells of a cache folder that cannot be made', async () => {
    const place = fakePackage();
    const failed = setupTraining({
      ...place,
      cacheFolder: join(place.packageFolder, 'main.js'),
      env: pathWith({ ...TOOLS, python3: 'exit 0' }),
    });
    await expect(failed).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('ENOTDIR'),
    });
  });
});
