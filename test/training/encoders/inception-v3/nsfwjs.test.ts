import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { loadNsfwjsInceptionV3 } from '../../../../src/training/encoders/inception-v3/load-nsfwjs.js';

/** The npm package nsfwjs 4.3.0. */
const packageFolder = fileURLToPath(new URL('../../../../node_modules/nsfwjs', import.meta.url));

describe("nsfwjs's Inception-v3", () => {
  beforeAll(() => tf.setBackend('tensorflow'));

  it('is missing with the command that installs it', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'wordbrush-nsfwjs-'));
    try {
      await expect(loadNsfwjsInceptionV3(empty)).rejects.toMatchObject({
        code: 'FILE_MISSING',
        hint: expect.stringContaining('npm install nsfwjs@4.3.0'),
      });
    } finally {
      await rm(empty, { recursive: true });
    }
  });

  it('is refused where its files hold something else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wordbrush-nsfwjs-'));
    const models = join(folder, 'dist/models/inception_v3');
    const entry =
      '{name:"conv2d_1/kernel",shape:[2],dtype:"float32",quantization:{min:-1,scale:.5,dtype:"uint8"}}';
    try {
      await mkdir(models, { recursive: true });
      for (let shard = 1; shard <= 6; shard++) {
        await writeFile(join(models, `group1-shard${shard}of6.min.js`), `module.exports="${'A'.repeat(32)}"`);
      }
      for (const [manifest, message] of [
        [entry, /expected 2 bytes of weights, received 144/],
        [entry.replace('[2]', '[12,12]'), /batch_normalization_1\/moving_mean .*got none/],
      ] as const) {
        const paths = Array.from({ length: 6 }, (_, shard) => `"group1-shard${shard + 1}of6"`);
        await writeFile(
          join(models, 'model.min.js'),
          `module.exports={modelTopology:{class_name:"Model"},weightsManifest:[{paths:[${paths}],weights:[${manifest}]}]}`,
        );
        await expect(loadNsfwjsInceptionV3(folder)).rejects.toMatchObject({
          code: 'WEIGHTS_INVALID',
          message: expect.stringMatching(message),
        });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('gives what the package gives for the same picture', async () => {
    const theirs = await packageModel();
    const ours = await loadNsfwjsInceptionV3(packageFolder);
    const expected = tf.model({
      inputs: theirs.inputs,
      outputs: ['mixed7', 'average_pooling2d_10'].map(
        (name) => theirs.getLayer(name).output as tf.SymbolicTensor,
      ),
    });
    tf.tidy(() => {
      const pixels = tf.tensor4d(
        Float32Array.from({ length: 299 * 299 * 3 }, smoothPixels(new RandomStream(1))),
        [1, 299, 299, 3],
      );
      const [map, pooled] = expected.apply(pixels) as [tf.Tensor, tf.Tensor];
      const [ourMap, ourPooled] = ours.apply(pixels.mul(2).sub(1)) as [tf.Tensor, tf.Tensor];
      expect(ourMap.shape).toEqual([1, 17, 17, 768]);
      // Halving the first kernel and moving the mean rounds once more; 94 layers carry it on.
      expect(distance(ourMap, map)).toBeLessThan(1e-4);
      expect(distance(ourPooled, pooled.reshape(ourPooled.shape))).toBeLessThan(1e-4);
    });
    ours.dispose();
    theirs.dispose();
  });
});

/** The package's own model, as TensorFlow.js loads it. */
async function packageModel(): Promise<tf.LayersModel> {
  const require = createRequire(import.meta.url);
  const script = (name: string): unknown =>
    require(resolve(packageFolder, 'dist/models/inception_v3', `${name}.min.js`));
  const { modelTopology, weightsManifest } = script('model') as tf.io.ModelJSON;
  const shards = weightsManifest.flatMap(({ paths }) =>
    paths.map((path) => Buffer.from(String(script(path)), 'base64')),
  );
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
  return await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
}

/** A picture of slow waves and some noise, from 0 to 1. */
function smoothPixels(random: RandomStream): (_: unknown, index: number) => number {
  return (_, index) => {
    const [row, column] = [Math.floor(index / 897), Math.floor((index % 897) / 3)];
    const wave = Math.sin(row / 23) * Math.cos(column / 31 + (index % 3));
    return 0.5 + 0.4 * wave + 0.1 * (random.uniform() - 0.5);
  };
}

/** Relative L2 distance. */
function distance(actual: tf.Tensor, expected: tf.Tensor): number {
  return actual.sub(expected).norm().div(expected.norm()).dataSync()[0] ?? Number.NaN;
}
