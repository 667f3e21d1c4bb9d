import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenConfig } from '../../src/cli/commands/train-config.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(content: unknown): Promise<string> {
  const path = join(folder, 'config.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('the configuration that a command line chooses', () => {
  it('is the preset tiny of stackgan unless told otherwise', async () => {
    const config = await chosenConfig({ assignments: [] });
    expect(config).toMatchObject({ architecture: 'stackgan', preset: 'tiny', seed: 1 });
    const paper = await chosenConfig({
      preset: 'paper',
      variant: 'tensorflow',
      dataset: 'cub',
      assignments: [],
    });
    expect(paper).toMatchObject({ variant: 'tensorflow', wrongPairs: 'pictures' });
  });

  it('has the fields of a file over the preset, assignments over both, and the seed last', async () => {
    const config = await file({ architecture: 'attngan', batchSize: 5, generator: { baseWidth: 8 } });
    const assignments = ['batchSize=7', 'similarity.weight=3'];
    expect(await chosenConfig({ config, assignments, seed: '9' })).toMatchObject({
      architecture: 'attngan',
      preset: 'tiny',
      seed: 9,
      batchSize: 7,
      generator: { baseWidth: 8, zDim: 64 },
      similarity: { weight: 3, gamma1: 4 },
    });
  });

  it('takes the configuration of a run whole', async () => {
    const whole = await chosenConfig({ architecture: 'stackgan-pp', assignments: ['steps=12', 'seed=4'] });
    expect(await chosenConfig({ config: await file(whole), assignments: [] })).toEqual(whole);
  });

  it('refuses what is no field, and no value of one, by name', async () => {
    const refused = async (assignment: string) =>
      expect(chosenConfig({ architecture: 'attngan', assignments: [assignment] })).rejects;
    await (await refused('batchSise=4')).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('batchSise'),
    });
    await (await refused('generator.branches=4')).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('generator.branches'),
    });
    await (await refused('loss=wasserstein')).toMatchObject({ message: expect.stringContaining('loss') });
    await expect(chosenConfig({ architecture: 'dall-e', assignments: [] })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('stackgan, stackgan-pp, attngan, damsm'),
    });
  });

  it('refuses a file that is none', async () => {
    for (const content of ['{', '[]', '"text"']) {
      await expect(chosenConfig({ config: await file(content), assignments: [] })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('config.json'),
      });
    }
  });
});
