import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { convertToFile, defineHandler, standardHandlers } from '../../../tools/export/index.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { applyAll, modelOf, randomiseWeights } from './compare-with-onnx.js';
import { collectModel } from './onnx-package/collect-model.js';
import { metadataOf } from './read-model.js';

const verificationSchema = z.object({
  tolerance: z.number(),
  maxAbsoluteDifference: z.number(),
  relativeL2: z.number(),
  psnrDb: z.number().nullable(),
  exactMaxAbsoluteDifference: z.number(),
  seed: z.number(),
  cases: z.array(
    z.object({ name: z.string(), optimization: z.string(), differences: z.record(z.string(), z.unknown()) }),
  ),
});

function imageModel(): tf.LayersModel {
  const x = tf.input({ shape: [null, null, 3], name: 'x' });
  const layers = [
    tf.layers.conv2d({ filters: 40, kernelSize: 3, strides: 2, activation: 'relu' }),
    tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' }),
  ];
  const model = tf.model({ inputs: x, outputs: applyAll(layers, x) });
  randomiseWeights(model);
  return model;
}

describe('convertToFile', () => {
  it('writes one file whose metadata says how it was made and what was measured', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'deep', 'model.onnx');
    const { converted, verification, sizeBytes } = await convertToFile(imageModel(), path, {
      precision: 'int8',
      outputs: [{ name: 'image' }],
      metadata: { licence: 'MIT' },
      check: 2,
      seed: 5,
    });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['model.onnx']);
    const bytes = readFileSync(path);
    collectModel(bytes);
    expect(bytes.length).toBe(sizeBytes);
    const { 'wordbrush.verification': stored = '', ...metadata } = metadataOf(bytes);
    const { summary } = converted;
    expect(metadata).toEqual({
      licence: 'MIT',
      'wordbrush.version': JSON.parse(readFileSync('package.json', 'utf8')).version,
      'wordbrush.precision': 'int8',
      'wordbrush.arithmetic': 'fp32',
      'wordbrush.parameters': String(40 * 28 + 3 * (9 * 40 + 1)),
      'wordbrush.weight_bytes': String(summary.weightBytes),
      'wordbrush.fp32_weight_bytes': String(summary.fp32WeightBytes),
    });
    const measured = verificationSchema.parse(JSON.parse(stored));
    expect(measured.maxAbsoluteDifference).toBe(verification.maxAbsoluteDifference);
    expect(measured.psnrDb).toBe(verification.psnrDb);
    expect(measured.seed).toBe(5);
    const names = ['random x 1×7×5×3', 'random x 3×12×8×3'];
    expect(measured.cases.map(({ name, optimization }) => [optimization, name])).toEqual([
      ...names.map((name) => ['disabled', name]),
      ...names.map((name) => ['all', name]),
    ]);
  });

  it('allows large outputs what their size makes of rounding', async () => {
    const model = modelOf(tf.layers.dense({ units: 4 }), [64]);
    randomiseWeights(model);
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => weight.mul(1e5))));
    const { verification } = await convertToFile(model, join(temporaryFolder(), 'model.onnx'));
    expect(verification.relativeL2).toBeLessThan(1e-6);
  });

  it('leaves no file where the graph is wrong, and what was there before as it was', async () => {
    const wrong = defineHandler({
      layers: ['Dense'],
      emit: (context) => context.node('Relu', [context.input()]),
    });
    const folder = temporaryFolder({ 'model.onnx': 'before' });
    const model = modelOf(tf.layers.dense({ units: 3 }), [3]);
    const options = { handlers: [...standardHandlers, wrong] };
    await expect(convertToFile(model, join(folder, 'model.onnx'), options)).rejects.toMatchObject({
      code: 'EXPORT_MISMATCH',
    });
    await expect(convertToFile(model, join(folder, 'other.onnx'), options)).rejects.toMatchObject({
      code: 'EXPORT_MISMATCH',
    });
    expect(readdirSync(folder)).toEqual(['model.onnx']);
    expect(readFileSync(join(folder, 'model.onnx'), 'utf8')).toBe('before');
  });

  it('finds that a path cannot be written before it compares, and leaves no file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const model = modelOf(tf.layers.reLU(), [3]);
    const predict = vi.spyOn(model, 'predictOnBatch');
    const places = [
      [join(folder, 'file', 'model.onnx'), /is not a folder/u],
      [join(folder, 'file', 'deep', 'model.onnx'), /is not a folder/u],
      [folder, /it is a folder/u],
      ...(existsSync('/proc/version') ? [['/proc/absent/model.onnx', /proc/u] as const] : []),
    ] as const;
    for (const [path, message] of places) {
      await expect(convertToFile(model, path)).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
        message: expect.stringMatching(message),
      });
      if (!path.startsWith('/proc')) expect(predict).not.toHaveBeenCalled();
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.each([
    [{ check: 0 }, /check: a whole number/],
    [{ check: 1.5 }, /check: a whole number/],
    [{ opset: 12 }, /opset/],
    [{ opset: 99 }, /opset/],
    [{ precision: 'int4' as 'int8' }, /precision/],
    [{ target: 'gpu' as 'webgpu' }, /target/],
    [{ precision: 'int8' as const, arithmetic: 'fp16' as const }, /received int8/],
  ])('refuses %j', async (options, message) => {
    const folder = temporaryFolder();
    const model = modelOf(tf.layers.reLU(), [3]);
    await expect(convertToFile(model, join(folder, 'model.onnx'), options)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(message),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
