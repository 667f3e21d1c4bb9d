import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from 'citty';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { generateCommand } from '../../src/cli/commands/generate.js';
import { TINY_BUNDLE } from '../sdk/tiny-bundle.js';
import { temporaryFolder } from '../temporary-folder.js';

const reportSchema = z.object({
  files: z.array(z.string()),
  loadMs: z.number().positive(),
  results: z.array(
    z.object({ prompt: z.string(), seed: z.number(), device: z.string(), words: z.array(z.unknown()) }),
  ),
});

/** Runs `wordbrush generate` in this process on the tiny bundle and gives what it printed on the output stream. */
async function run(out: string, ...rawArgs: string[]): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    await runCommand(generateCommand, { rawArgs: [...rawArgs, '--out', out, '--model', TINY_BUNDLE] });
  } finally {
    log.mockRestore();
    write.mockRestore();
  }
  return lines.join('\n');
}

describe('wordbrush generate', () => {
  it('writes a picture for each seed and says where, with what, and how long it took', async () => {
    const out = join(temporaryFolder(), 'pictures');
    const output = await run(out, 'A red hart', '--count', '2', '--seed', '7');
    expect(readdirSync(out).sort()).toEqual(['a-red-hart-7.png', 'a-red-hart-8.png']);
    expect(output.split('\n')).toEqual([
      join(out, 'a-red-hart-7.png'),
      join(out, 'a-red-hart-8.png'),
      'left out, not in the vocabulary: hart (near: heart)',
      expect.stringMatching(
        /^seed 7, device cpu, model loaded in \d+ ms, prompt read in [\d.]+ ms, [\d.]+ ms a picture$/u,
      ),
    ]);
    expect(await sharp(join(out, 'a-red-hart-8.png')).metadata()).toMatchObject({
      format: 'png',
      width: 32,
      height: 32,
    });
  });

  it('writes the same bytes for the same seed', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    await run(first, 'sun', '--seed', '3');
    await run(second, 'sun', '--seed', '3');
    expect(readFileSync(join(first, 'sun-3.png')).equals(readFileSync(join(second, 'sun-3.png')))).toBe(true);
  });

  it('joins words that were not put in quotes', async () => {
    const out = temporaryFolder();
    await run(out, 'a', 'red', 'heart', '--seed', '1');
    expect(readdirSync(out)).toEqual(['a-red-heart-1.png']);
  });

  it('draws a gallery of eight prompts on one sheet', async () => {
    const out = temporaryFolder();
    const output = await run(out, '--gallery', '--seed', '5');
    expect(readdirSync(out)).toEqual(['gallery-5.png']);
    expect(await sharp(join(out, 'gallery-5.png')).metadata()).toMatchObject({
      width: 4 * 112 + 16,
      height: 2 * 112 + 16,
    });
    expect(output).toContain('from left to right, row by row: red heart, blue heart, green apple, cat face');
  });

  it('gives the gallery one random seed, and a row to a prompt of which several pictures are drawn', async () => {
    const out = temporaryFolder();
    const report = reportSchema.parse(JSON.parse(await run(out, '--gallery', '--count', '3', '--json')));
    expect(new Set(report.results.map(({ seed }) => seed)).size).toBe(1);
    const [file = ''] = report.files;
    expect(await sharp(file).metadata()).toMatchObject({ width: 3 * 112 + 16, height: 8 * 112 + 16 });
  });

  it('prints JSON for programs', async () => {
    const out = temporaryFolder();
    const report = reportSchema.parse(JSON.parse(await run(out, 'sun', '--json', '--seed', '4')));
    expect(report.files).toEqual([join(out, 'sun-4.png')]);
    expect(report.results).toMatchObject([{ prompt: 'sun', seed: 4, device: 'cpu' }]);
  });

  it('names the files of prompts in any script, and long ones, so that a file system takes them', async () => {
    const out = temporaryFolder();
    await run(out, `sun ${'красное '.repeat(20)}`, '--seed', '9007199254740991');
    const [name = ''] = readdirSync(out);
    expect(Buffer.byteLength(name)).toBeLessThan(200);
    expect(name).toMatch(/^sun-красное-.*-9007199254740991\.png$/u);
  });

  it.each<[string, string[], string, string]>([
    ['no prompt', [], 'PROMPT_EMPTY', 'wordbrush generate "a red heart"'],
    ['an empty prompt', [''], 'PROMPT_EMPTY', 'Expected a prompt'],
    ['white space', ['  '], 'PROMPT_EMPTY', 'white space only'],
    ['10,000 words', ['red '.repeat(10_000)], 'PROMPT_TOO_LONG', 'received 40000'],
    ['an emoji', ['❤️'], 'PROMPT_UNKNOWN_WORDS', '"❤️"'],
    ['no Latin letters', ['красное сердце'], 'PROMPT_UNKNOWN_WORDS', '"красное", "сердце"'],
    ['a negative seed', ['sun', '--seed=-1'], 'INVALID_OPTION', 'received -1'],
    ['a negative seed apart', ['sun', '--seed', '-1'], 'INVALID_OPTION', 'received -1'],
    ['a fractional seed', ['sun', '--seed', '0.5'], 'INVALID_OPTION', 'received 0.5'],
    ['a seed that is no number', ['sun', '--seed', 'seven'], 'INVALID_OPTION', 'received "seven"'],
    ['an empty seed', ['sun', '--seed='], 'INVALID_OPTION', '--seed'],
    ['count 0', ['sun', '--count', '0'], 'INVALID_OPTION', 'received 0'],
    ['count 10,000', ['sun', '--count', '10000'], 'INVALID_OPTION', 'received 10000'],
    ['a misspelt option', ['sun', '--cuont', '4'], 'INVALID_OPTION', 'received --cuont. It has --prompt'],
    ['an option without its value', ['sun', '--count'], 'INVALID_OPTION', 'Expected --count: a number'],
    ['a gallery of a prompt', ['sun', '--gallery'], 'INVALID_OPTION', 'received both: sun'],
    ['count 0 in the gallery', ['--gallery', '--count', '0'], 'INVALID_OPTION', 'received 0'],
  ])('refuses %s and writes nothing', async (_, args, code, message) => {
    const out = join(temporaryFolder(), 'pictures');
    await expect(run(out, ...args)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a folder that cannot be written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(run(join(folder, 'file'), 'sun')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('refuses a folder without a model', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'empty'));
    const call = runCommand(generateCommand, {
      rawArgs: ['sun', '--model', join(folder, 'empty'), '--out', folder],
    });
    await expect(call).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
