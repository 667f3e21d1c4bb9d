import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { generate, loadModel, readImage } from '../../src/sdk/index.js';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '../../tools/export/writer/onnx_pb.js';
import { temporaryFolder } from '../temporary-folder.js';
import { useMicroAttngan } from './micro-bundles.js';
import { changeManifest, copyTinyBundle, replaceFile, TINY_BUNDLE } from './tiny-bundle.js';

const attngan = useMicroAttngan();

describe('noise given outright', () => {
  it.each([1e39, 3e38, -1e7])(
    'of %d, which would overflow in the graphs, is refused by name',
    async (value) => {
      await expect(
        generate('sun', { model: TINY_BUNDLE, noise: { z: Array(4).fill(value) } }),
      ).rejects.toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining('noise.z') });
    },
  );

  it('may be filled anew for the next call while the first goes on', async () => {
    await using model = await loadModel(TINY_BUNDLE);
    const draw = async (noise: { z: Float32Array; eps: Float32Array[] }) =>
      (await model.generate('sun', { noise, output: 'rgba' })).images[0];
    const makeNoise = () => ({
      z: new Float32Array(4).fill(1),
      eps: [new Float32Array(3).fill(0.5), new Float32Array(3).fill(0.5)],
    });
    const expected = await draw(makeNoise());
    const reused = makeNoise();
    const drawing = draw(reused);
    reused.z.fill(-1);
    for (const eps of reused.eps) eps.fill(Number.NaN);
    expect(await drawing).toEqual(expected);
  });
});

it('an asynchronous onProgress that fails costs a warning, no picture and no unhandled rejection', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  let calls = 0;
  const { images } = await generate('sun', {
    model: TINY_BUNDLE,
    count: 3,
    onProgress: async () => {
      calls++;
      throw new Error('the window is gone');
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  // A rejection that nobody caught would fail the test by itself.
  expect(images).toHaveLength(3);
  expect(calls).toBeGreaterThan(0);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]?.[0]).toContain('the window is gone');
});

describe('a bundle', () => {
  it('whose manifest is nested a hundred thousand deep is refused', async () => {
    const folder = copyTinyBundle();
    const path = join(folder, 'manifest.json');
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const text = readFileSync(path, 'utf8').replace(/"training":\s*\{/u, `"training": { "notes": ${deep},`);
    writeFileSync(path, text);
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('nested at most 32 deep'),
    });
  });

  it('whose graph takes its weights from a file of the working folder is refused', async () => {
    const folder = copyTinyBundle();
    const model = fromBinary(ModelProtoSchema, readFileSync(join(folder, 'stage-16.onnx')));
    const [weights] = [...(model.graph?.initializer ?? [])].sort(
      (a, b) => b.rawData.byteLength - a.rawData.byteLength,
    );
    if (weights === undefined) throw new Error('the graph has no weights');
    const outside = join(process.cwd(), `${basename(temporaryFolder())}.tmp`);
    writeFileSync(outside, weights.rawData);
    onTestFinished(() => rmSync(outside, { force: true }));
    weights.externalData = Object.entries({
      location: basename(outside),
      offset: '0',
      length: String(weights.rawData.byteLength),
    }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
    weights.rawData = new Uint8Array();
    weights.dataLocation = TensorProto_DataLocation.EXTERNAL;
    await replaceFile(folder, 'stage-16.onnx', toBinary(ModelProtoSchema, model));
    for (const device of ['cpu', 'wasm'] as const) {
      await expect(loadModel(folder, { device }), device).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    }
  });

  it('whose self-test has a prompt of unknown words is refused when it is loaded', async () => {
    const folder = copyTinyBundle();
    changeManifest(folder, (manifest) => {
      manifest.selfTest = {
        prompt: 'zzyzx',
        seed: 1,
        checks: [{ size: 16, channelMeans: [0, 0, 0], tolerance: 1 }],
      };
    });
    await expect(loadModel(folder)).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      details: { field: 'selfTest.prompt' },
    });
  });

  it.skipIf(process.platform === 'win32')(
    'that is a pipe by the name of an archive is not waited for',
    async () => {
      const path = join(temporaryFolder(), 'model.zip');
      execFileSync('mkfifo', [path]);
      await expect(loadModel(path)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    },
  );

  it('from a server that is busy is given up as soon as the signal says so', async () => {
    const controller = new AbortController();
    let requests = 0;
    const server = createServer((_, response) => {
      response.writeHead(503).end();
      requests++;
      // In the last pause between two tries, which takes 1.5 seconds.
      if (requests === 2) setTimeout(() => controller.abort(), 300);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const loading = loadModel(`http://127.0.0.1:${port}/`, { signal: controller.signal });
    // What waited for the end of the pause would come after a timer that is set at the abort and takes less.
    const late = new Promise((resolve) => {
      controller.signal.addEventListener('abort', () => setTimeout(() => resolve('late'), 500));
    });
    await expect(Promise.race([loading, late])).rejects.toMatchObject({ code: 'ABORTED' });
    expect(requests).toBe(2);
  });
});

describe('a picture to score', () => {
  const plain = (background: string) =>
    sharp({ create: { width: 24, height: 24, channels: 3, background } })
      .png()
      .toBuffer();

  it('of an object of sharp that reads all frames is the first of them', async () => {
    const frames = await Promise.all(['#ff0000', '#0000ff', '#00ff00'].map(plain));
    const animation = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { width, height, data } = await readImage(sharp(animation, { animated: true }));
    expect([width, height, ...data.slice(-4)]).toEqual([24, 24, 255, 0, 0, 255]);
  });

  it('of an object of sharp that nobody feeds is given up after half a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const refused = expect(readImage(sharp())).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('has not ended within 30 seconds'),
    });
    // The timer is set once the module that reads pictures is there.
    await vi.waitUntil(() => vi.getTimerCount() > 0);
    await vi.advanceTimersByTimeAsync(30_000);
    await refused;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of an object of sharp that is fed late, made from nothing or from pixels, is read', async () => {
    const stream = sharp();
    const late = readImage(stream);
    setTimeout(async () => stream.end(await plain('#ff0000')), 50);
    expect(await late).toMatchObject({ width: 24, height: 24 });
    expect(await readImage(stream)).toMatchObject({ width: 24, height: 24 });
    const create = { width: 5, height: 4, channels: 3, background: '#ff0000' } as const;
    expect(await readImage(sharp({ create }))).toMatchObject({ width: 5, height: 4 });
    const raw = { width: 2, height: 3, channels: 3 } as const;
    expect(await readImage(sharp(Buffer.alloc(18), { raw }))).toMatchObject({ width: 2, height: 3 });
  });

  it('of an object of sharp that claims 16,000 by 16,000 pixels is refused before it is decoded', async () => {
    const claimed = await plain('#ff0000');
    claimed.writeUInt32BE(16_000, 16);
    claimed.writeUInt32BE(16_000, 20);
    const images = [
      // Neither checks the file's sums: to decode it would fail otherwise.
      sharp(claimed, { failOn: 'none' }),
      sharp(claimed, { failOn: 'none', limitInputPixels: false }),
      sharp({ create: { width: 16_000, height: 16_000, channels: 3, background: '#ff0000' } }),
    ];
    for (const image of images) {
      await expect(readImage(image)).rejects.toMatchObject({
        code: 'IMAGE_INVALID',
        message: expect.stringContaining('16000×16000 pixels'),
      });
    }
  });

  it('that never comes is not waited for once the signal is aborted', async () => {
    await using model = await loadModel(attngan().folder);
    const endless = new Blob(['x']);
    vi.spyOn(endless, 'arrayBuffer').mockReturnValue(new Promise(() => undefined));
    for (const image of [sharp(), endless]) {
      const scoring = model.score(image, 'bird', { signal: AbortSignal.timeout(100) });
      await expect(scoring).rejects.toMatchObject({ code: 'ABORTED' });
    }
    const { score } = await model.score(await plain('#ff0000'), 'bird');
    expect(Number.isFinite(score)).toBe(true);
  });
});
