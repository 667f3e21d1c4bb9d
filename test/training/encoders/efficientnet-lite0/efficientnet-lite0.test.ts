import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSet } from '../../../../src/training/data/load-images.js';
import {
  buildEfficientNetLite0,
  POOLED_FEATURES,
  REGION_FEATURES,
} from '../../../../src/training/encoders/efficientnet-lite0/architecture.js';
import {
  imageFeatures,
  normalizedBatch,
} from '../../../../src/training/encoders/efficientnet-lite0/image-features.js';
import {
  loadEfficientNetLite0,
  setNamedWeights,
} from '../../../../src/training/encoders/efficientnet-lite0/load.js';
import {
  float32Of,
  readSafetensors,
  type SafetensorsTensor,
} from '../../../../src/training/weights/safetensors.js';
import { convertEfficientNetLite0 } from '../../../../tools/import/efficientnet-lite0.js';
import { readStateDict } from '../../../../tools/import/pytorch/read-state-dict.js';

type Tensors = ReadonlyMap<string, SafetensorsTensor>;

const oraclePath = new URL(
  '../../../../../shared/fixtures/efficientnet-lite0/oracle.safetensors',
  import.meta.url,
);
/** The original weights, to check the network before any rounding: a file of 19 MB that a developer may have. */
const checkpointPath = process.env.WORDBRUSH_EFFICIENTNET_LITE0_CHECKPOINT ?? '';

const read = (path: string | URL): Tensors => readSafetensors(readFileSync(path)).tensors;

function stored(tensors: Tensors, name: string): SafetensorsTensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`The file has no ${name}.`);
  return tensor;
}

function imagesOf(tensors: Tensors, name: string): ImageSet {
  const { shape, data } = stored(tensors, name);
  if (!(data instanceof Uint8Array)) throw new Error(`${name} is no picture.`);
  return { pixels: data, count: shape[0] ?? 0, size: shape[1] ?? 0 };
}

/** What the network gives for all images: the named layers' outputs. */
function outputsOf(model: tf.LayersModel, images: ImageSet, layers: readonly string[]): tf.Tensor[] {
  const outputs = layers.map((name) => model.getLayer(name).output as tf.SymbolicTensor);
  const part = tf.model({ inputs: model.inputs, outputs });
  const result = part.predictOnBatch(normalizedBatch(images, 0, images.count));
  return Array.isArray(result) ? result : [result];
}

function differences(actual: tf.Tensor, expected: SafetensorsTensor): { largest: number; relative: number } {
  expect(actual.shape).toEqual(expected.shape);
  const wanted = float32Of(expected);
  const got = actual.dataSync();
  let [largest, squares, size] = [0, 0, 0];
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs((got[i] ?? Number.NaN) - (wanted[i] ?? 0));
    largest = Math.max(largest, difference);
    squares += difference ** 2;
    size += (wanted[i] ?? 0) ** 2;
  }
  return { largest, relative: Math.sqrt(squares / size) };
}

describe('EfficientNet-Lite0', () => {
  let model: tf.LayersModel;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    model = await loadEfficientNetLite0();
  });
  afterAll(() => model.dispose());

  it('has the weights and outputs that the paper counts', () => {
    // Without the running statistics, as PyTorch counts.
    const parameters = model.weights.filter(({ originalName }) => !originalName.includes('moving_'));
    const count = parameters.reduce(
      (sum, { shape }) => sum + shape.reduce<number>((a, b) => a * (b ?? 0), 1),
      0,
    );
    expect(count).toBe(4_652_008);
    expect(model.outputs.map(({ shape }) => shape.at(-1))).toEqual([REGION_FEATURES, POOLED_FEATURES, 1000]);
    expect(model.trainableWeights).toHaveLength(0);
  });

  it('gives 289 regions at 272 pixels', () => {
    const at272 = buildEfficientNetLite0(272);
    expect(at272.outputs.map(({ shape }) => shape)).toEqual([
      [null, 17, 17, 112],
      [null, 1280],
      [null, 1000],
    ]);
    at272.dispose();
  });

  // The kernels in the package are rounded to half precision: 0.5 % is what that costs, see PROVENANCE.md.
  it('agrees with the unrounded network on two small pictures', () => {
    const reference = read('test/fixtures/efficientnet-lite0/reference.safetensors');
    tf.tidy(() => {
      const outputs = outputsOf(model, imagesOf(reference, 'in.pixels'), [
        'block10_add',
        'head_pool',
        'classifier',
      ]);
      for (const [i, name] of ['out.regions', 'out.pooled', 'out.logits'].entries()) {
        const { relative } = differences(outputs[i] as tf.Tensor, stored(reference, name));
        expect(relative, name).toBeLessThan(0.01);
      }
    });
  });

  it('computes features batch by batch and leaves no tensor behind', async () => {
    const reference = read('test/fixtures/efficientnet-lite0/reference.safetensors');
    const images = imagesOf(reference, 'in.pixels');
    const before = tf.memory().numTensors;
    const progress: number[] = [];
    const features = await imageFeatures(model, images, {
      batchSize: 1,
      onProgress: (done) => progress.push(done),
    });
    expect(progress).toEqual([1, 2]);
    expect([features.count, features.width]).toEqual([2, 1280]);
    const together = await imageFeatures(model, images);
    expect(together.values).toEqual(features.values);
    expect(tf.memory().numTensors).toBe(before);
    const wanted = float32Of(stored(reference, 'out.pooled'));
    const worst = features.values.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? 0))),
      0,
    );
    expect(worst).toBeLessThan(0.05);
    await expect(imageFeatures(model, images, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses weights that are missing or of another shape, and keeps those it has', () => {
    const before = model.getLayer('stem_conv').getWeights()[0]?.dataSync();
    const kernel: SafetensorsTensor = { dtype: 'F32', shape: [3, 3, 3, 31], data: new Float32Array(837) };
    for (const [tensors, part] of [
      [new Map(), /\[3,3,3,32\] for 'stem_conv\/kernel', got nothing/],
      [new Map([['stem_conv/kernel', kernel]]), /got \[3,3,3,31\]/],
    ] as const) {
      expect(() => setNamedWeights(model, tensors)).toThrow(
        expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) }),
      );
    }
    expect(model.getLayer('stem_conv').getWeights()[0]?.dataSync()).toEqual(before);
  });

  describe.skipIf(!existsSync(oraclePath))('against PyTorch (where ../shared is there)', () => {
    /** Name in the file, layer here, and whether the file keeps it NCHW. */
    const photographs = [
      ['out.block4_s8', 'block4_add'],
      ['out.block10_s16', 'block10_add'],
    ] as const;
    const at224 = [
      ['out.head224', 'head_relu'],
      ['out.pooled224', 'head_pool'],
      ['out.logits224', 'classifier'],
    ] as const;

    /** The worst difference over all activations of the file. */
    function worstDifferences(network: tf.LayersModel): { largest: number; relative: number } {
      const oracle = read(oraclePath);
      const worst = { largest: 0, relative: 0 };
      const runs = [
        ['in.pixels_uint8_nhwc', photographs],
        ['in.pixels224_uint8_nhwc', at224],
      ] as const;
      for (const [input, names] of runs) {
        tf.tidy(() => {
          const layers = names.map(([, layer]) => layer);
          const outputs = outputsOf(network, imagesOf(oracle, input), layers);
          for (const [i, [name]] of names.entries()) {
            const output = outputs[i] as tf.Tensor;
            const nchw = output.rank === 4 ? output.transpose([0, 3, 1, 2]) : output;
            const { largest, relative } = differences(nchw, stored(oracle, name));
            worst.largest = Math.max(worst.largest, largest);
            worst.relative = Math.max(worst.relative, relative);
          }
        });
      }
      return worst;
    }

    it('differs by the rounding of its kernels, 1 % at most', () => {
      expect(worstDifferences(model).relative).toBeLessThan(0.01);
    });

    it.skipIf(!existsSync(checkpointPath))(
      'agrees within 1e-3 before rounding (where WORDBRUSH_EFFICIENTNET_LITE0_CHECKPOINT names the original weights)',
      () => {
        const state = readStateDict(readFileSync(checkpointPath));
        const unrounded = buildEfficientNetLite0();
        setNamedWeights(unrounded, convertEfficientNetLite0(state, { precision: 'float32' }));
        expect(worstDifferences(unrounded).largest).toBeLessThan(1e-3);
        unrounded.dispose();
      },
    );
  });
});
