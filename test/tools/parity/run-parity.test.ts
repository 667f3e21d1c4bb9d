import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { parityCommand } from '../../../tools/parity/command.js';
import { defineCase, findCase } from '../../../tools/parity/parity-case.js';
import type { ParityContext } from '../../../tools/parity/parity-context.js';
import { caseLines, tableHead } from '../../../tools/parity/report.js';
import { runParity } from '../../../tools/parity/run-parity.js';
import { counting, oracleFolder } from './oracle-folder.js';

const run = (folder: string, compute: (context: ParityContext) => void) =>
  runParity({ folder, backend: 'cpu', cases: [defineCase({ names: [/.*/], run: compute })] });

describe('runParity', () => {
  it('compares each stored form of a map with the part of ours that it holds', async () => {
    const whole = counting([2, 3, 7, 7]);
    const at = (sample: number, channel: number, row: number, column: number) =>
      ((sample * 3 + channel) * 7 + row) * 7 + column;
    const every3 = [0, 3, 6].flatMap((row) => [0, 3, 6].map((column) => [row, column] as const));
    const s3 = [0, 1].flatMap((n) => [0, 1, 2].flatMap((c) => every3.map(([y, x]) => at(n, c, y, x))));
    const s5 = [0, 1].flatMap((n) =>
      [0, 1, 2].flatMap((c) => [0, 5].flatMap((y) => [0, 5].map((x) => at(n, c, y, x)))),
    );
    const folder = await oracleFolder([
      {
        name: 'forms',
        tensors: {
          'in.map': whole,
          'out.map': whole,
          'out.map.s3': { dtype: 'F32', shape: [2, 3, 3, 3], data: Float32Array.from(s3) },
          'out.map.s5': { dtype: 'F32', shape: [2, 3, 2, 2], data: Float32Array.from(s5) },
          'out.map.row0': {
            dtype: 'F32',
            shape: [1, 3, 7, 7],
            data: Float32Array.from(whole.data.slice(0, 147), Number),
          },
        },
      },
    ]);
    const [result] = await run(folder, (context) => context.expectOutput('out.map', context.image('in.map')));
    expect(result).toMatchObject({ status: 'passed', notCompared: [] });
    expect(result?.comparisons.map(({ name, absolute }) => [name, absolute])).toEqual([
      ['out.map', 0],
      ['out.map.s3', 0],
      ['out.map.s5', 0],
      ['out.map.row0', 0],
    ]);
  });

  it('fails a case that is off, that throws or that compares nothing, and goes on', async () => {
    const tensors = { 'in.x': counting([3], 1), 'out.x': counting([3], 1), 'out.y': counting([3], 1) };
    const folder = await oracleFolder(
      ['off', 'throws', 'nothing', 'shape', 'good'].map((name) => ({ name, tensors })),
    );
    const before = tf.memory().numTensors;
    const results = await run(folder, (context) => {
      const x = context.tensor('in.x');
      if (context.name === 'off') context.expectOutput('out.x', x.mul(1.0001));
      if (context.name === 'throws') throw new Error('no such width');
      if (context.name === 'shape') context.expectOutput('out.x', x.slice(1));
      if (context.name === 'good') context.expectOutput('out.x', tf.variable(x).expandDims(1));
    });
    expect(results.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'failed', 'passed']);
    expect(results[0]?.comparisons[0]).toMatchObject({ bound: 1e-5, relative: expect.closeTo(1e-4, 6) });
    expect(results[1]?.error).toBe('no such width');
    expect(results[3]?.error).toContain('expected out.x to be [3], got [2]');
    expect(results[4]?.notCompared).toEqual(['out.y']);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says which case it does not know, and which one is inputs only', async () => {
    const folder = await oracleFolder([
      { name: 'novel', tensors: { 'out.x': counting([2]) } },
      { name: 'images', tensors: { 'in.x': counting([2]) } },
    ]);
    const results = await runParity({ folder, cases: [] });
    expect(results.map(({ status }) => status)).toEqual(['unknown', 'inputs']);
    expect(results.flatMap(caseLines)).toEqual([
      'novel                   -       unknown case: nothing here computes it',
      'images                  -       inputs of other cases only',
    ]);
  });

  it('fails a case whose file lacks a tensor of the index, or is damaged', async () => {
    const folder = await oracleFolder([
      { name: 'lacks', tensors: { 'out.x': counting([2]) } },
      { name: 'differs', tensors: { 'out.x': counting([2]) } },
      { name: 'damaged', tensors: { 'out.x': counting([2]) } },
      { name: 'gone', tensors: { 'out.x': counting([2]) } },
    ]);
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    index.cases[0].tensors['out.more'] = { shape: [2] };
    index.cases[1].tensors['out.x'].shape = [3];
    index.cases[3].file = 'nowhere.safetensors';
    await writeFile(join(folder, 'index.json'), JSON.stringify(index));
    const damaged = join(folder, 'damaged.safetensors');
    await writeFile(damaged, (await readFile(damaged)).subarray(0, -1));
    const results = await run(folder, (context) => context.expectOutput('out.x', tf.tensor([0, 1])));
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('failed'));
    expect(results[0]?.error).toContain('expected a tensor out.more');
    expect(results[1]?.error).toContain('expected [3], received [2]');
    expect(results[2]?.error).toContain('damaged.safetensors');
    expect(results[3]?.error).toContain('nowhere.safetensors');
  });

  it('lets the other backend witness a kink, and only a kink', async () => {
    const tensors = { 'grad.x': counting([3], 1) };
    const folder = await oracleFolder(
      ['kink', 'plain-kink', 'wrong', 'both'].map((name) => ({ name, tensors })),
    );
    const off: Record<string, { native: number; cpu: number }> = {
      kink: { native: 1e-2, cpu: 0 },
      'plain-kink': { native: 0, cpu: 1e-2 },
      wrong: { native: 0.1, cpu: 0 },
      both: { native: 1e-2, cpu: 1e-2 },
    };
    const definition = defineCase({
      names: [/.*/],
      plainCpu: true,
      run(context) {
        const backend = tf.getBackend() === 'cpu' ? 'cpu' : 'native';
        const factor = 1 + (off[context.name]?.[backend] ?? Number.NaN);
        context.expectGradient('grad.x', tf.tensor([1, 2, 3]).mul(factor));
      },
    });
    const results = await runParity({ folder, cases: [definition] });
    expect(results.map((result) => [result.case, result.backend, result.status])).toEqual([
      ['kink', 'native', 'passed'],
      ['kink', 'cpu', 'passed'],
      ['plain-kink', 'native', 'passed'],
      ['plain-kink', 'cpu', 'passed'],
      ['wrong', 'native', 'failed'],
      ['wrong', 'cpu', 'passed'],
      ['both', 'native', 'failed'],
      ['both', 'cpu', 'failed'],
    ]);
    expect(results[0] && caseLines(results[0])).toEqual([
      expect.stringMatching(/pass; gradients within 5\.0e-2, cpu 0$/),
    ]);
    expect(results[3] && caseLines(results[3])).toEqual([
      expect.stringMatching(/pass; gradients within 5\.0e-2, native 0$/),
    ]);
  });

  it('compares weights after a first step where the sign of their gradient is sure', async () => {
    const floats = (...values: number[]) => ({
      dtype: 'F32' as const,
      shape: [4],
      data: Float32Array.from(values),
    });
    const folder = await oracleFolder([
      {
        name: 'step',
        tensors: { 'grad.net.w': floats(1, -1, 1, 1e-9), 'after.net.w': floats(0.9, 1.1, 0.9, 0.9) },
      },
    ]);
    const names = [{ ours: 'layer/w', official: 'w', layout: 'same' as const }];
    const statusAfter = async (...values: number[]) => {
      const [result] = await run(folder, (context) => {
        const variables = new Map([['layer/w', tf.variable(tf.tensor1d(values))]]);
        context.expectAfterFirstStep('net', variables, names);
      });
      return result?.status;
    };
    expect(await statusAfter(0.9, 1.1, 0.9, 1.1)).toBe('passed');
    expect(await statusAfter(0.9, 1.1, 1.1, 0.9)).toBe('failed');
  });

  it('finds a case by its own name before any expression', () => {
    const any = defineCase({ names: [/v\d-d\d+/], run: () => undefined });
    const own = defineCase({ names: ['v2-d64'], run: () => undefined });
    expect(findCase([any, own], 'v2-d64')).toBe(own);
    expect(findCase([any, own], 'v2-d1024')).toBe(any);
    expect(findCase([any, own], 'v2-d64-uncond')).toBeUndefined();
  });
});

describe('npm run parity', () => {
  const fails = async (args: readonly string[]) => {
    const lines: string[] = [];
    const error: unknown = await parityCommand(args, (line) => lines.push(line)).catch((reason) => reason);
    expect(lines).toEqual([]);
    return error;
  };

  it('refuses bad arguments and folders', async () => {
    const folder = await oracleFolder([{ name: 'kl-loss', tensors: { 'out.x': counting([2]) } }]);
    const option = (message: RegExp) =>
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) });
    expect(await fails([])).toEqual(option(/Expected one folder/));
    expect(await fails([folder, folder])).toEqual(option(/Expected one folder/));
    expect(await fails([folder, '--cases', 'x'])).toEqual(option(/--cases.*Usage/s));
    expect(await fails([folder, '--backend', 'gpu'])).toEqual(option(/native or cpu, received gpu/));
    expect(await fails([folder, '--case', 'other'])).toEqual(option(/received other.*It has kl-loss/s));
    expect(await fails([join(folder, 'none')])).toMatchObject({ code: 'FILE_MISSING' });
    await writeFile(join(folder, 'index.json'), '{"format": ');
    expect(await fails([folder])).toEqual(option(/no index of oracles/));
    const outside = { format: 'safetensors', cases: [{ case: 'x', file: '../x.safetensors', tensors: {} }] };
    await writeFile(join(folder, 'index.json'), JSON.stringify(outside));
    expect(await fails([folder])).toEqual(option(/no index of oracles/));
  });

  it('prints an aligned line a case, and ends with the exit code of the worst', async () => {
    const folder = await oracleFolder([
      {
        name: 'kl-loss',
        tensors: {
          'in.mu': counting([2, 2]),
          'in.logvar': counting([2, 2]),
          'loss.kl': { dtype: 'F32', shape: [], data: Float32Array.of(1) },
        },
      },
      { name: 'novel', tensors: { 'out.x': counting([2]) } },
    ]);
    const lines: string[] = [];
    expect(await parityCommand([folder, '--backend', 'cpu'], (line) => lines.push(line))).toBe(1);
    expect(lines.slice(0, 2)).toEqual(tableHead());
    expect(lines[2]).toMatch(/^kl-loss {17}cpu {5}.* 1\/1 {6}FAIL$/);
    expect(lines[3]).toMatch(/^ {2}loss\.kl: abs .*; bound 1\.0e-5$/);
    expect(lines.at(-1)).toBe('0 passed, 1 failed, 1 unknown');

    const json: string[] = [];
    expect(await parityCommand([folder, '--backend', 'cpu', '--json'], (line) => json.push(line))).toBe(1);
    expect(JSON.parse(json.join('\n'))).toMatchObject([
      {
        case: 'kl-loss',
        backend: 'cpu',
        status: 'failed',
        comparisons: [{ name: 'loss.kl', passed: false }],
      },
      { case: 'novel', status: 'unknown', notCompared: ['out.x'] },
    ]);
  });
});
