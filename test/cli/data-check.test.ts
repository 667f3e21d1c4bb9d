import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { runWordbrush } from './run-wordbrush.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EMOJI = join(ROOT, 'test/fixtures/emoji-sample');

const check = (...args: string[]) => runWordbrush(['data', 'check', ...args]);

describe('wordbrush data check', () => {
  it('tells what a sound data set holds, and draws it', async () => {
    const sheet = join(temporaryFolder(), 'sheet.png');
    const { code, output, errors } = await check(EMOJI, '--contact-sheet', sheet);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toContain('48: 43 to train on, 5 held out; none broken');
    expect(output).toMatch(/unknown words +4 in the held-out captions, 17\.24 % of their words: soccer/);
    expect(output).toContain('0 errors, 0 warnings');
    expect(output).toContain(`${sheet} shows 48 of the pictures.`);
    expect(existsSync(sheet)).toBe(true);
  });

  it('ends with exit code 1 where there is an error, with file and line', async () => {
    const folder = temporaryFolder({
      'metadata.jsonl': '{"file_name":"a.png","captions":["red"]}\n{',
      'a.png': 'no picture',
    });
    const { code, output } = await check(folder);
    expect(code).toBe(1);
    expect(output).toContain('1 BROKEN');
    expect(output).toContain(`error  ${join(folder, 'metadata.jsonl')}:1: 'a.png' does not decode: `);
    expect(output).toContain(`error  ${join(folder, 'metadata.jsonl')}:2: expected one JSON object`);
    const { code: sameCode, output: json } = await check(folder, '--json');
    expect(sameCode).toBe(1);
    expect(JSON.parse(json).problems).toContainEqual(expect.objectContaining({ severity: 'error', line: 2 }));
  });

  it('refuses a layout that is not known, and a place without data', async () => {
    const unknown = await check(EMOJI, '--format', 'csv');
    expect(unknown).toMatchObject({ code: 1, output: '' });
    expect(unknown.errors).toMatch(/^error INVALID_OPTION: Expected --format: one of image-folder, /);
    const nothing = await check(temporaryFolder());
    expect(nothing.errors).toMatch(/^error DATASET_INVALID: Expected a data set in .*\n$/);
  });
});
