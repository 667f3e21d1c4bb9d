import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Manifest, parseManifest } from '../../../src/sdk/bundle/index.js';
import { loadModel } from '../../../src/sdk/index.js';
import {
  exportAttnganGenerator,
  exportStackganGenerator,
  exportStackganPlusPlusGenerator,
} from '../../../src/training/export/export-generators.js';
import { ModelProtoSchema } from '../../../tools/export/writer/onnx_pb.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { collectBundle } from '../../tools/export/onnx-package/collect-model.js';
import {
  bundleOptions,
  characterText,
  DIM,
  MAX_LENGTH,
  microAttngan,
  microImageEncoder,
  microStackgan,
  microStackganPlusPlus,
  wordText,
  Z_DIM,
} from './micro-models.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

/** Operators that ONNX Runtime's WebGPU provider has, by its own table. */
const WEBGPU_TABLE = new URL(
  '../../../node_modules/onnxruntime-web/docs/webgpu-operators.md',
  import.meta.url,
);

/** Operators of a graph that WebGPU lacks. */
function operatorsBesideWebGpu(file: string): string[] {
  const table = readFileSync(WEBGPU_TABLE, 'utf8');
  const allowed = new Set(Array.from(table.matchAll(/^\| (\w+) \|/gm), ([, name]) => name));
  const { graph } = fromBinary(ModelProtoSchema, readFileSync(file));
  return (graph?.node ?? []).map(({ opType }) => opType).filter((name) => !allowed.has(name));
}

/** That every graph of a bundle but the text encoder can run on a graphics card, and all are sound to the onnx package. */
function expectRunnable(folder: string): void {
  const graphs = readdirSync(folder).filter((file) => file.endsWith('.onnx') && file !== 'text-encoder.onnx');
  expect(graphs.length).toBeGreaterThan(0);
  collectBundle(folder);
  for (const file of graphs) expect(operatorsBesideWebGpu(join(folder, file)), file).toEqual([]);
}

/** A dozen convolutions in float32. */
const TOLERANCE = 5e-5;

function manifestIn(folder: string): Manifest {
  return parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'), folder);
}

describe('bundles', () => {
  it('of StackGAN: Stage-II takes the picture of Stage-I and noise of its own', async () => {
    const out = join(temporaryFolder(), 'stackgan');
    const reports = await exportStackganGenerator(microStackgan(), bundleOptions(out, { text: wordText() }));
    expect(reports.map(({ file }) => file)).toEqual(['text-encoder.onnx', 'stage-1.onnx', 'stage-2.onnx']);
    for (const { maxAbsoluteDifference } of reports) expect(maxAbsoluteDifference).toBeLessThan(TOLERANCE);
    const { stages, noise, selfTest, textEncoder } = manifestIn(out);
    expect(stages).toMatchObject([
      { size: 64, inputs: ['sentence', 'z', 'eps'], outputs: ['image'] },
      { size: 256, inputs: ['previous_image', 'sentence', 'eps'], outputs: ['image'] },
    ]);
    expect(noise).toEqual({ zDim: Z_DIM, epsDim: 4 });
    expect(textEncoder).toMatchObject({ wordDim: DIM, sentenceDim: DIM });
    expect(selfTest?.checks.map(({ size }) => size)).toEqual([64, 256]);
    expectRunnable(out);
    await using model = await loadModel(out);
    expect(model.info()).toMatchObject({ sizes: [64, 256], noise: { epsCount: 2 }, maxWords: MAX_LENGTH });
  });

  it('of StackGAN++ that reads characters', async () => {
    const out = join(temporaryFolder(), 'pp');
    const options = bundleOptions(out, { text: characterText() });
    const reports = await exportStackganPlusPlusGenerator(microStackganPlusPlus(true, 2), options);
    for (const { maxAbsoluteDifference } of reports) expect(maxAbsoluteDifference).toBeLessThan(TOLERANCE);
    const { stages, tokenizer, textEncoder } = manifestIn(out);
    expect(stages).toMatchObject([
      { size: 64, inputs: ['sentence', 'z', 'eps'], outputs: ['image', 'map_1', 'condition'] },
      { size: 128, inputs: ['map_1', 'condition'], outputs: ['image'] },
    ]);
    expect(tokenizer).toEqual({ kind: 'characters', version: 1, lowerCase: true });
    expect(textEncoder).not.toHaveProperty('wordDim');
    expectRunnable(out);
    expect(operatorsBesideWebGpu(join(out, 'text-encoder.onnx'))).toContain('GRU');
    await using model = await loadModel(out);
    const { words, images } = await model.generate('A Yellow bird — π', { size: 64 });
    expect(words.map(({ status }) => status)).toEqual(['used', 'used', 'used', 'unknown', 'unknown']);
    expect(images[0]).toMatchObject({ width: 64, height: 64 });
    await expect(model.generate('π')).rejects.toMatchObject({ code: 'PROMPT_UNKNOWN_WORDS' });
    expect(model.info()).toMatchObject({ vocabularyWords: undefined, maxWords: undefined, canScore: false });
  });

  it('of StackGAN++ without text, from one branch to more', async () => {
    for (const [branches, sizes] of [
      [1, [64]],
      [2, [64, 128]],
    ] as const) {
      const out = join(temporaryFolder(), `pp-${branches}`);
      await exportStackganPlusPlusGenerator(microStackganPlusPlus(false, branches), bundleOptions(out));
      const manifest = manifestIn(out);
      expect(manifest.conditional).toBe(false);
      expect(manifest.stages.map(({ inputs }) => inputs)).toEqual([['z'], ['map_1', 'z']].slice(0, branches));
      expect(manifest.noise).toEqual({ zDim: Z_DIM, epsDim: 0 });
      expect(readdirSync(out)).not.toContain('text-encoder.onnx');
      await using model = await loadModel(out, { conditional: false });
      expect(model.info().sizes).toEqual(sizes);
    }
  });

  it('of AttnGAN with its image encoder and matcher', async () => {
    const out = join(temporaryFolder(), 'attngan');
    const options = { text: wordText(), scoring: { imageEncoder: microImageEncoder() } };
    const before = tf.memory().numTensors;
    const generator = microAttngan();
    const built = tf.memory().numTensors;
    const reports = await exportAttnganGenerator(generator, bundleOptions(out, options));
    expect(tf.memory().numTensors).toBe(built);
    expect(built).toBeGreaterThan(before);
    for (const { maxAbsoluteDifference } of reports) expect(maxAbsoluteDifference).toBeLessThan(TOLERANCE);
    const manifest = manifestIn(out);
    expect(manifest.stages).toMatchObject([
      { size: 64, inputs: ['sentence', 'z', 'eps'], outputs: ['image', 'map_1'] },
      { size: 128, inputs: ['map_1', 'words', 'lengths'], outputs: ['image', 'attention', 'map_2'] },
      { size: 256, inputs: ['map_2', 'words', 'lengths'], outputs: ['image', 'attention'] },
    ]);
    expect(manifest.imageEncoder).toMatchObject({ size: 24, regionsSide: 6, dim: DIM });
    expect(manifest.matcher?.file).toBe('matcher.onnx');
    expectRunnable(out);
  });

  it('of AttnDCGAN, whose stages without a picture are part of the one that draws', async () => {
    const out = join(temporaryFolder(), 'attndcgan');
    await exportAttnganGenerator(microAttngan(2, 'last'), bundleOptions(out, { text: wordText() }));
    expect(manifestIn(out).stages).toMatchObject([
      { size: 128, inputs: ['sentence', 'z', 'eps', 'words', 'lengths'], outputs: ['image'] },
    ]);
  });

  it.each([
    [
      'every' as const,
      [
        { size: 64, inputs: ['sentence', 'z', 'eps'], outputs: ['image', 'map_1'] },
        { size: 128, inputs: ['map_1', 'sentence'], outputs: ['image'] },
      ],
    ],
    ['last' as const, [{ size: 128, inputs: ['sentence', 'z', 'eps'], outputs: ['image'] }]],
  ])('of AttnGAN that reads characters, and so no words; pictures of %s stage', async (images, stages) => {
    const out = join(temporaryFolder(), `attngan-characters-${images}`);
    const options = bundleOptions(out, { text: characterText() });
    const reports = await exportAttnganGenerator(microAttngan(2, images, 'sentence'), options);
    for (const { maxAbsoluteDifference } of reports) expect(maxAbsoluteDifference).toBeLessThan(TOLERANCE);
    expect(manifestIn(out).stages).toMatchObject(stages);
    await using model = await loadModel(out);
    const drawn = await model.generate('a yellow bird', { seed: 2 });
    expect(drawn.images[0]).toMatchObject({ width: 128, height: 128 });
  });

  it('of half precision and of int8, smaller and marked so', async () => {
    const sizeOf = async (precision: 'fp32' | 'fp16' | 'int8') => {
      const out = join(temporaryFolder(), precision);
      const options = bundleOptions(out, { text: wordText(), precision });
      const reports = await exportAttnganGenerator(microAttngan(2), options);
      expect(manifestIn(out).precision).toBe(precision);
      expectRunnable(out);
      await using model = await loadModel(out);
      expect((await model.generate('yellow bird')).images).toHaveLength(1);
      return reports.reduce((sum, { bytes }) => sum + bytes, 0);
    };
    const full = await sizeOf('fp32');
    expect(await sizeOf('fp16')).toBeLessThan(full);
    expect(await sizeOf('int8')).toBeLessThan(full);
  });

  it('are refused without what they need, and nothing is written', async () => {
    const out = join(temporaryFolder(), 'none');
    const { selfTestPrompt: _, ...options } = bundleOptions(out, { text: wordText() });
    await expect(exportAttnganGenerator(microAttngan(2), options)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('selfTestPrompt'),
    });
    const scoring = { imageEncoder: microImageEncoder() };
    const characters = bundleOptions(out, { text: characterText(), scoring });
    await expect(
      exportStackganPlusPlusGenerator(microStackganPlusPlus(true, 1), characters),
    ).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('words'),
    });
    expect(existsSync(out)).toBe(false);
  });
});
