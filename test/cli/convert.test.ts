import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { runCommand } from 'citty';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { convertCommand } from '../../src/cli/commands/convert.js';
import { temporaryFolder } from '../temporary-folder.js';
import { saveModel, setCoarseWeights } from '../tools/export/load/save-model.js';
import { collectModel } from '../tools/export/onnx-package/collect-model.js';

beforeAll(() => {
  tf.env().set('IS_TEST', true);
});

/** Runs `wordbrush convert` in this process and gives what it printed. */
async function run(...rawArgs: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await runCommand(convertCommand, { rawArgs: [...rawArgs, '--backend', 'cpu'] });
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

async function savedModel(): Promise<string> {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        filters: 40,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        inputShape: [6, 6, 3],
      }),
      tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh', name: 'image' }),
    ],
  });
  setCoarseWeights(model);
  return await saveModel(model);
}

const summarySchema = z.object({
  opset: z.number(),
  precision: z.string(),
  arithmetic: z.string(),
  sizeBytes: z.number(),
  operators: z.record(z.string(), z.number()),
  inputs: z.array(z.object({ name: z.string(), dataType: z.string(), dims: z.array(z.unknown()) })),
  verification: z.object({
    maxAbsoluteDifference: z.number(),
    psnrDb: z.number(),
    cases: z.array(z.unknown()),
  }),
});

describe('wordbrush convert', () => {
  it('prints the ends, the nodes, the sizes and how the file compares', async () => {
    const path = await savedModel();
    const out = join(dirname(path), 'out', 'model.onnx');
    const lines = (await run(dirname(path), out)).split('\n');
    expect(lines[0]).toBe(`${dirname(path)} -> ${out}`);
    expect(lines).toContain('opset 17, weights fp32, arithmetic fp32');
    expect(lines).toContainEqual(
      expect.stringMatching(/^input {3}conv2d\w*_input \[batch, 6, 6, 3\] float32$/u),
    );
    expect(lines).toContain('output  image [batch, 6, 6, 3] float32');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}Conv +2$/u));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}total +\d+$/u));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}weights +2,203$/u));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}file +\d+\.\d kB$/u));
    const compared = lines.filter((line) => /^ {2}random .* image +(none|all) +\d\.\de[-+]\d+/u.test(line));
    expect(compared).toHaveLength(2 * 3);
    collectModel(readFileSync(out));
  });

  it('prints the same as JSON, with every option', async () => {
    const path = await savedModel();
    const out = join(dirname(path), 'model.onnx');
    const options = [
      '--opset',
      '19',
      '--precision',
      'fp16',
      '--arithmetic',
      'fp16',
      '--target',
      'webgpu',
      '--check',
      '1',
      '--json',
    ];
    const summary = summarySchema.parse(JSON.parse(await run(path, out, ...options)));
    expect(summary).toMatchObject({ opset: 19, precision: 'fp16', arithmetic: 'fp16' });
    expect(summary.inputs[0]?.dims).toEqual(['batch', 6, 6, 3]);
    expect(summary.operators.Conv).toBe(2);
    expect(summary.sizeBytes).toBe(readFileSync(out).length);
    expect(summary.verification.cases).toHaveLength(2);
    expect(summary.verification.psnrDb).toBeGreaterThan(40);
    collectModel(readFileSync(out));
  });

  it('never writes over the model, and says what a path ends in by mistake', async () => {
    const path = await savedModel();
    const before = readFileSync(path);
    for (const [model, out] of [
      [path, path],
      [dirname(path), join(dirname(path), 'group1-shard1of2.bin')],
    ] as const) {
      await expect(run(model, out)).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        hint: expect.stringContaining('.onnx'),
      });
    }
    expect(readFileSync(path)).toEqual(before);
  });

  it('takes layer classes and their handlers from a module', async () => {
    const path = await savedModel();
    const content = readFileSync(path, 'utf8').replace('"class_name":"Conv2D"', '"class_name":"MyConv"');
    const module = `
      import * as tf from ${JSON.stringify(import.meta.resolve('@tensorflow/tfjs'))};
      class MyConv extends tf.layers.Layer {}
      MyConv.className = 'MyConv';
      const { Conv2D } = tf.serialization.SerializationMap.getMap().classNameMap;
      MyConv.fromConfig = (_, config) => Conv2D[1](Conv2D[0], config);
      tf.serialization.registerClass(MyConv);
      export const handlers = [];
    `;
    const folder = dirname(path);
    writeFileSync(path, content);
    writeFileSync(join(folder, 'handlers.mjs'), module);
    writeFileSync(join(folder, 'none.mjs'), 'export const handler = 1;');
    writeFileSync(join(folder, 'broken.mjs'), 'throw new Error("no");');
    const out = join(folder, 'model.onnx');
    await expect(run(path, out)).rejects.toMatchObject({
      code: 'LAYER_UNSUPPORTED',
      message: expect.stringContaining('(MyConv)'),
      hint: expect.stringContaining('--handlers'),
    });
    for (const [file, message] of [
      ['none.mjs', /to export "handlers"/u],
      ['broken.mjs', /to load: no/u],
      ['absent.mjs', /to load/u],
    ] as const) {
      await expect(run(path, out, '--handlers', join(folder, file))).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(message),
      });
    }
    expect(await run(path, out, '--handlers', join(folder, 'handlers.mjs'))).toContain('Conv');
  });

  it.each([
    [['--opset', '12'], 'INVALID_OPTION', /opset/u],
    [['--opset', 'x'], 'INVALID_OPTION', /--opset/u],
    [['--precision', 'int4'], undefined, /int4|precision/u],
    [['--arithmetic', 'fp16'], 'INVALID_OPTION', /received fp32/u],
    [['--target', 'gpu'], undefined, /gpu|target/u],
    [['--check', '0'], 'INVALID_OPTION', /--check/u],
    [['--chek', '1'], 'INVALID_OPTION', /--chek/u],
    [['more'], 'INVALID_OPTION', /no further word/u],
  ])('refuses %j and leaves no file', async (options, code, message) => {
    const path = await savedModel();
    const folder = temporaryFolder();
    const expected = { message: expect.stringMatching(message), ...(code === undefined ? {} : { code }) };
    await expect(run(path, join(folder, 'model.onnx'), ...options)).rejects.toMatchObject(expected);
    expect(readdirSync(resolve(folder))).toEqual([]);
  });
});
