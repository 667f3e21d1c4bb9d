import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SetupEvent } from '../../../../src/training/backend/setup/setup-types.js';
import { wheelLibrary } from '../../../../src/training/backend/setup/wheel.js';
import { temporaryFolder } from '../../../temporary-folder.js';

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

const WRITE_WHEEL = `
import json, sys, zipfile
path, members = sys.argv[1], json.loads(sys.argv[2])
with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
    for name, content in members.items(): archive.writestr(name, content)
`;

/** Writes a wheel that pip accepts. */
function writeWheel(folder: string, name: string, version: string, tag: string, members: object, extra = '') {
  const info = `${name}-${version}.dist-info`;
  const all = {
    ...members,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${extra}`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: ${tag}\n`,
    [`${info}/RECORD`]: '',
  };
  const path = join(folder, `${name}-${version}-${tag}.whl`);
  const { status, stderr } = spawnSync('python3', ['-c', WRITE_WHEEL, path, JSON.stringify(all)]);
  expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
}

const MEMBERS = {
  'tensorflow/libtensorflow_cc.so.2': 'x'.repeat(1000),
  'tensorflow/libtensorflow_framework.so.2': 'framework',
  'tensorflow/include/tensorflow/c/c_api.h': 'header',
  'tensorflow/include/external/unused.h': 'unused',
  'tensorflow/__init__.py': 'unused',
};

/** pip that knows only the wheels of `index`. */
function pipFrom(index: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: index };
}

function setupWith(env: NodeJS.ProcessEnv) {
  const events: SetupEvent[] = [];
  const cacheFolder = join(temporaryFolder(), 'cache');
  const onEvent = (event: SetupEvent) => events.push(event);
  return { setup: { packageFolder: '/unused', cacheFolder, env, onEvent }, events, cacheFolder };
}

const TAG = `cp311-cp311-manylinux_2_27_${architecture}`;

describe.skipIf(!hasPip || process.platform !== 'linux')('wheelLibrary (Linux and pip only)', () => {
  it('downloads the wheel, keeps the library and its headers, and finds them the next time', async () => {
    const index = temporaryFolder();
    writeWheel(index, 'tensorflow_cpu', '2.21.0', TAG, MEMBERS);
    const { setup, events, cacheFolder } = setupWith(pipFrom(index));
    const library = await wheelLibrary(setup, 'cpu');
    expect(readFileSync(library.library, 'utf8')).toBe(MEMBERS['tensorflow/libtensorflow_cc.so.2']);
    expect(readFileSync(join(library.include, 'tensorflow/c/c_api.h'), 'utf8')).toBe('header');
    expect(existsSync(join(library.include, 'external'))).toBe(false);
    expect(readdirSync(join(cacheFolder, 'tensorflow'))).toEqual(['2.21.0-cpu']);
    expect(events.filter((event) => event.type === 'step').map((event) => event.message)).toEqual([
      'Downloading tensorflow-cpu==2.21.0 with pip',
      'Unpacking the library',
    ]);
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'progress', message: 'unpacking' });
    if (last?.type === 'progress') expect(last.doneBytes).toBe(last.totalBytes);

    events.length = 0;
    expect(await wheelLibrary(setup, 'cpu')).toEqual(library);
    expect(events).toEqual([]);
  });

  it('brings the CUDA libraries that the wheel for GPUs asks for', async () => {
    const index = temporaryFolder();
    const extra = [
      'Requires-Dist: numpy>=1.26.0',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      'Provides-Extra: and-cuda',
      '',
    ].join('\n');
    writeWheel(index, 'tensorflow', '2.21.0', TAG, MEMBERS, extra);
    const cublas = { 'nvidia/cublas/lib/libcublas.so.12': 'cublas' };
    writeWheel(index, 'nvidia_cublas_cu12', '12.6.0.0', `py3-none-manylinux2014_${architecture}`, cublas);
    const { setup } = setupWith(pipFrom(index));
    const { nvidia } = await wheelLibrary(setup, 'gpu');
    expect(readFileSync(join(nvidia ?? '', 'cublas/lib/libcublas.so.12'), 'utf8')).toBe('cublas');
  });

  it('refuses a wheel whose paths leave its folder, and leaves nothing behind', async () => {
    const index = temporaryFolder();
    const outside = { ...MEMBERS, 'tensorflow/include/tensorflow/c/../../../../../../escaped.h': '' };
    writeWheel(index, 'tensorflow_cpu', '2.21.0', TAG, outside);
    const { setup, cacheFolder } = setupWith(pipFrom(index));
    await expect(wheelLibrary(setup, 'cpu')).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('leaves its folder'),
    });
    expect(readdirSync(join(cacheFolder, 'tensorflow'))).toEqual([]);
    expect(existsSync(join(cacheFolder, '..', 'escaped.h'))).toBe(false);
  });

  it('says that the index lacks the wheel', async () => {
    const { setup, cacheFolder } = setupWith(pipFrom(temporaryFolder()));
    await expect(wheelLibrary(setup, 'cpu')).rejects.toMatchObject({ details: { piece: 'wheel' } });
    expect(readdirSync(join(cacheFolder, 'tensorflow'))).toEqual([]);
  });

  it('says that the network is closed', async () => {
    const { PATH, HOME } = process.env;
    // Nothing listens on the discard port.
    const env = { PATH, HOME, PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: 'http://127.0.0.1:9/simple' };
    const { setup, cacheFolder } = setupWith(env);
    await expect(wheelLibrary(setup, 'cpu')).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      hint: expect.stringContaining('PIP_INDEX_URL'),
      details: { piece: 'network' },
    });
    expect(readdirSync(join(cacheFolder, 'tensorflow'))).toEqual([]);
  });

  it('removes the rest of a download that was killed, and replaces a library that lost a file', async () => {
    const index = temporaryFolder();
    writeWheel(index, 'tensorflow_cpu', '2.21.0', TAG, MEMBERS);
    const { setup, cacheFolder } = setupWith(pipFrom(index));
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    mkdirSync(join(cacheFolder, 'tensorflow', `.2.21.0-cpu-${pid}`), { recursive: true });
    const { library } = await wheelLibrary(setup, 'cpu');
    expect(readdirSync(join(cacheFolder, 'tensorflow'))).toEqual(['2.21.0-cpu']);

    rmSync(library);
    expect(existsSync((await wheelLibrary(setup, 'cpu')).library)).toBe(true);
  });
});
