import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TINY_BUNDLE } from '../sdk/tiny-bundle.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runWordbrush as wordbrush } from './run-wordbrush.js';

describe('the commands of the SDK', () => {
  it('lists models, also as JSON, and says which cannot be read', async () => {
    const folder = temporaryFolder();
    const { code, output } = await wordbrush(['models', join(TINY_BUNDLE, '..'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject([
      { folder: TINY_BUNDLE, manifest: { name: 'tiny' }, sizes: [16, 32] },
    ]);
    expect((await wordbrush(['models', folder])).output).toBe('no model bundles\n');
  });

  it('tells what a bundle holds', async () => {
    const { code, output } = await wordbrush(['inspect', TINY_BUNDLE, '--json']);
    expect(code).toBe(0);
    const { graphs, manifest } = JSON.parse(output);
    expect(manifest.name).toBe('tiny');
    expect(graphs.map(({ file }: { file: string }) => file)).toEqual([
      'text-encoder.onnx',
      'stage-16.onnx',
      'stage-32.onnx',
    ]);
    expect(graphs[1].operators).toMatchObject({ Conv: expect.any(Number) });
    expect(graphs[1].parameters * 4).toBeLessThan(graphs[1].bytes);
    expect((await wordbrush(['inspect', TINY_BUNDLE])).output).toContain('stage-32.onnx');
    expect((await wordbrush(['inspect'])).errors).toContain('error INVALID_OPTION');
  });

  it('times a model', async () => {
    const { code, output, errors } = await wordbrush([
      'bench',
      '--model',
      TINY_BUNDLE,
      '--pictures',
      '3',
      '--prompt',
      'sun',
      '--json',
    ]);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(JSON.parse(output)).toMatchObject({
      device: 'cpu',
      medianMs: expect.any(Number),
      residentMiB: expect.any(Number),
    });
  });

  it('draws the way between two prompts', async () => {
    const out = join(temporaryFolder(), 'way');
    const { code } = await wordbrush([
      'interpolate',
      'sun',
      'a red heart',
      '--model',
      TINY_BUNDLE,
      '--steps',
      '3',
      '--out',
      out,
    ]);
    expect(code).toBe(0);
    expect(readdirSync(out)).toHaveLength(3);
  });

  it('tells what is wrong here, as JSON', async () => {
    const { code, output } = await wordbrush(['doctor', '--json']);
    const findings = JSON.parse(output);
    expect(findings).toContainEqual(expect.objectContaining({ name: 'device cpu', state: 'ok' }));
    expect(findings).toContainEqual(expect.objectContaining({ name: 'model built in', state: 'ok' }));
    expect(code).toBe(0);
  });

  it.each(['score', 'rank', 'interpolate', 'models', 'bench', 'doctor'])(
    '%s explains itself',
    async (command) => {
      const { code, output } = await wordbrush([command, '--help']);
      expect(code).toBe(0);
      expect(output).toContain(`wordbrush ${command}`);
      expect(output).toContain('--json');
    },
  );

  it.each<[string[], string]>([
    [['score', 'no.png', 'a bird', '--model', TINY_BUNDLE], 'INVALID_OPTION'],
    [['score', 'no.png'], 'INVALID_OPTION'],
    [['score', 'no.png', ''], 'PROMPT_EMPTY'],
    [['rank', '--model', TINY_BUNDLE], 'INVALID_OPTION'],
    [['interpolate', 'sun', 'moon', '--steps', '1', '--model', TINY_BUNDLE], 'INVALID_OPTION'],
    [['interpolate', 'sun'], 'INVALID_OPTION'],
    [['bench', '--pictures', '0'], 'INVALID_OPTION'],
    [['bench', '--device', 'gpu'], 'INVALID_OPTION'],
    [['bench', '--model', '/there/is/none'], 'MODEL_NOT_FOUND'],
    [['models', '--jsn'], 'INVALID_OPTION'],
    [['doctor', 'surplus'], 'INVALID_OPTION'],
    [['no-such-command'], 'INVALID_OPTION'],
  ])('%j ends with exit code 1 and one line', async (args, code) => {
    const result = await wordbrush(args);
    expect(result).toMatchObject({ code: 1, output: '' });
    expect(result.errors).toMatch(new RegExp(`^error ${code}: .+\\n$`, 'u'));
  });

  it('shows the stack where the environment asks for it', async () => {
    const { errors } = await wordbrush(['bench', '--pictures', '0'], { WORDBRUSH_DEBUG: '1' });
    expect(errors).toContain('    at ');
  });

  it('says which device the environment may name', async () => {
    const { code, errors } = await wordbrush(['bench', '--model', TINY_BUNDLE], { WORDBRUSH_DEVICE: 'gpu' });
    expect(code).toBe(1);
    expect(errors).toContain('Expected WORDBRUSH_DEVICE to be one of auto, cuda, webgpu, cpu, wasm');
  });
});
