import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, useProject } from './project.js';

const BINARIES = 'bin/napi-v6/linux/x64';
const CUDA_LIBRARY = 'libcudart.so.12';

function hasCompiler(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const isTestable =
  process.platform === 'linux' &&
  process.arch === 'x64' &&
  existsSync(join(ROOT, 'node_modules/onnxruntime-node', BINARIES)) &&
  hasCompiler();

const SCRIPT = `
  import { loadModel } from 'wordbrush';
  const refusal = await loadModel(undefined, { device: 'cuda' }).catch((error) => error);
  const model = await loadModel();
  const { device, passedOver } = model.info();
  const { images } = await model.generate('a red heart');
  await model.dispose();
  console.log(JSON.stringify({
    code: refusal.code, message: refusal.message, hint: refusal.hint, device, passedOver, width: images[0].width,
  }));`;

describe.skipIf(!isTestable)('CUDA without a card (needs gcc and the Linux x64 binary)', () => {
  const project = useProject(['zod', 'onnxruntime-web']);
  let binaries = '';
  let cuda = '';

  beforeAll(() => {
    const source = join(ROOT, 'node_modules/onnxruntime-node');
    const target = project().packageFolder('onnxruntime-node');
    for (const part of ['package.json', 'dist', 'script']) {
      cpSync(join(source, part), join(target, part), { recursive: true });
    }
    const common = join(ROOT, 'node_modules/onnxruntime-common');
    cpSync(common, project().packageFolder('onnxruntime-common'), { recursive: true });
    binaries = join(target, BINARIES);
    mkdirSync(binaries, { recursive: true });
    for (const name of ['libonnxruntime.so.1', 'onnxruntime_binding.node']) {
      placeFile(join(source, BINARIES, name), join(binaries, name));
    }
    cuda = join(project().folder, 'cuda');
  });
  beforeEach(() => {
    rmSync(cuda, { recursive: true, force: true });
    mkdirSync(cuda);
  });

  /** A shared library without a function, which says that it needs others. */
  function makeLibrary(path: string, needed: readonly string[] = []): void {
    const empty = join(project().folder, 'empty.c');
    writeFileSync(empty, '');
    const links = needed.flatMap((name) => ['-Wl,--no-as-needed', `-l:${name}`]);
    execFileSync('gcc', [
      '-shared',
      `-Wl,-soname,${path.split('/').pop()}`,
      '-o',
      path,
      empty,
      `-L${cuda}`,
      ...links,
    ]);
  }

  /** The provider's two libraries, of which one needs CUDA 12. */
  function makeProvider(): void {
    makeLibrary(join(cuda, CUDA_LIBRARY));
    makeLibrary(join(binaries, 'libonnxruntime_providers_shared.so'));
    makeLibrary(join(binaries, 'libonnxruntime_providers_cuda.so'), [CUDA_LIBRARY]);
  }

  async function refusal(): Promise<Record<string, unknown>> {
    const { code, output, errors } = await project().run(SCRIPT, { env: { LD_LIBRARY_PATH: cuda } });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const { message, ...rest } = JSON.parse(output);
    // The same is told of it where "auto" passes it over, and a picture comes from the next device.
    expect(rest).toMatchObject({ code: 'DEVICE_UNAVAILABLE', device: 'cpu', width: 64 });
    expect(rest.passedOver[0]).toEqual({ device: 'cuda', code: 'DEVICE_UNAVAILABLE', message });
    return { message, hint: rest.hint };
  }

  it('without the provider: names its library and how to get it', async () => {
    expect(await refusal()).toEqual({
      message: expect.stringContaining('has no libonnxruntime_providers_cuda.so in'),
      hint: expect.stringContaining('--onnxruntime-node-install=cuda12'),
    });
  });

  it('with the provider but no CUDA: names the library that it needs', async () => {
    makeProvider();
    rmSync(join(cuda, CUDA_LIBRARY));
    expect(await refusal()).toEqual({
      message: expect.stringContaining(`its CUDA provider needs ${CUDA_LIBRARY}, not found`),
      hint: expect.stringContaining('LD_LIBRARY_PATH'),
    });
  });

  it('with CUDA of another major version: names both', async () => {
    makeProvider();
    rmSync(join(cuda, CUDA_LIBRARY));
    makeLibrary(join(cuda, 'libcudart.so.13'));
    expect((await refusal()).message).toContain(
      `needs ${CUDA_LIBRARY}, not found; of other versions there are libcudart.so.13`,
    );
  });

  it('with a provider that loads and is none: says what ONNX Runtime says', async () => {
    makeProvider();
    expect((await refusal()).message).toMatch(/Expected the device cuda to run graphs; .+/u);
  });
});

/** A link where it can be: the library has 46 MB. */
function placeFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
