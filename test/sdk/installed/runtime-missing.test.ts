import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../temporary-folder.js';
import { ROOT, useProject } from './project.js';

const SCRIPT = `
  import { loadModel } from 'wordbrush';
  const model = await loadModel(undefined, { workers: Number(process.env.WORKERS ?? 0) });
  const { images, device } = await model.generate('a red heart', { seed: 7 });
  const { passedOver } = model.info();
  await model.dispose();
  const { length } = await images[0].toPNG();
  const { code, hint } = await images[0].toJPEG().catch((error) => error);
  console.log(JSON.stringify({ device, isPNG: length > 0, jpeg: { code, hint }, passedOver }));`;

/** PNG is our own; what other formats take is not there. */
const PICTURES = {
  isPNG: true,
  jpeg: { code: 'PACKAGE_MISSING', hint: expect.stringContaining('npm install sharp@') },
};

const REFUSE = `
  import { generate } from 'wordbrush';
  await generate('a red heart', { device: process.env.DEVICE }).catch(({ name, code, message, hint }) =>
    console.log(JSON.stringify({ name, code, message, hint })));`;

/** What `auto` says of the devices of onnxruntime-node. */
const passedOver = (message: string) =>
  ['cuda', 'webgpu', 'cpu'].map((device) => ({
    device,
    code: 'RUNTIME_MISSING',
    message: expect.stringContaining(message),
  }));

describe('without onnxruntime-node and the binaries of sharp, as npm install --omit=optional leaves it', () => {
  const project = useProject(['zod', 'onnxruntime-web']);
  beforeAll(() => {
    for (const name of ['sharp', '@img/colour', 'detect-libc', 'semver']) {
      cpSync(join(ROOT, 'node_modules', name), project().packageFolder(name), { recursive: true });
    }
  });

  it('is what that leaves', () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    expect(Object.keys(optionalDependencies)).toEqual(['onnxruntime-node']);
    expect(Object.keys(dependencies)).toContain('onnxruntime-web');
  });

  it.each(['0', '1'])('draws on wasm, and says why (workers: %s)', async (workers) => {
    const { code, output, errors } = await project().run(SCRIPT, { env: { WORKERS: workers } });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(output)).toEqual({
      device: 'wasm',
      ...PICTURES,
      passedOver: passedOver('Expected the package onnxruntime-node; it is not installed.'),
    });
  });

  it('refuses cpu with what to install', async () => {
    const { output } = await project().run(REFUSE, { env: { DEVICE: 'cpu' } });
    expect(JSON.parse(output)).toMatchObject({
      name: 'WordbrushError',
      code: 'RUNTIME_MISSING',
      hint: expect.stringContaining('npm install --ignore-scripts onnxruntime-node@1.30.0'),
    });
  });
});

describe('with an onnxruntime-node whose binary does not load, as on musl or an Intel Mac', () => {
  const project = useProject(['zod', 'onnxruntime-web']);
  beforeAll(() => {
    const folder = project().packageFolder('onnxruntime-node');
    writeFiles(folder, {
      'package.json': '{ "name": "onnxruntime-node", "version": "1.30.0", "main": "dist/index.js" }',
      'dist/index.js': "require('../bin/napi-v6/linux/x64/onnxruntime_binding.node');",
    });
    mkdirSync(join(folder, 'bin/napi-v6/linux/x64'), { recursive: true });
    writeFileSync(join(folder, 'bin/napi-v6/linux/x64/onnxruntime_binding.node'), 'no shared object');
  });

  it.each(['0', '1'])('draws on wasm, and says why (workers: %s)', async (workers) => {
    const { code, output, errors } = await project().run(SCRIPT, { env: { WORKERS: workers } });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(output)).toEqual({
      device: 'wasm',
      ...PICTURES,
      passedOver: passedOver(`Expected onnxruntime-node to load on ${process.platform} ${process.arch}`),
    });
  });
});

describe('without any ONNX Runtime', () => {
  const project = useProject(['zod']);

  it.each(['auto', 'wasm'])('says what to install (device: %s)', async (device) => {
    const { code, output } = await project().run(REFUSE, { env: { DEVICE: device } });
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      code: 'RUNTIME_MISSING',
      message: expect.stringContaining('npm install onnxruntime-web@1.30.0'),
    });
  });
});
