import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { readConfigFile } from '../../src/cli/commands/read-config-file.js';
import { chosenConfig } from '../../src/cli/commands/train-config.js';
import { defineRun, type RunSettings } from '../../src/training/run/define-run.js';
import { temporaryFolder } from '../temporary-folder.js';

const DEFINE_RUN = new URL('../../src/training/run/define-run.ts', import.meta.url).href;

/** A file of this name and content. */
function file(name: string, content: string): string {
  return join(temporaryFolder({ [name]: content }), name);
}

describe('a configuration file', () => {
  it('may be a module that exports it by default', async () => {
    const path = file(
      'run.mjs',
      'const steps = 10 * 4;\nexport default { architecture: "attngan", steps, generator: { baseWidth: 8 } };\n',
    );
    expect(await chosenConfig({ config: path, assignments: ['batchSize=7'] })).toMatchObject({
      architecture: 'attngan',
      preset: 'tiny',
      steps: 40,
      batchSize: 7,
      generator: { baseWidth: 8, zDim: 64 },
    });
  });

  it('may be TypeScript, checked by defineRun', async () => {
    const path = file(
      'run.ts',
      `import { defineRun } from '${DEFINE_RUN}';
interface Widths { baseWidth: number }
const generator: Widths = { baseWidth: 4 };
export default defineRun({ architecture: 'stackgan-pp', preset: 'tiny', generator });
`,
    );
    expect(await chosenConfig({ config: path, assignments: [] })).toMatchObject({
      architecture: 'stackgan-pp',
      generator: { baseWidth: 4, branches: 2 },
    });
  });

  it.each([
    ['run.mjs', 'export const config = {};', /default export/],
    ['run.mjs', 'throw new Error("my own");', /my own/],
    ['run.ts', 'const = ;', /run\.ts/],
    ['run.json', '{"steps":', /run\.json/],
    ['run.mjs', 'export default { architecture: "attngan", stepz: 4 };', /stepz/],
  ])('that is not one is refused by name: %s %s', async (name, content, message) => {
    const choice = { config: file(name, content), assignments: [] };
    await expect(chosenConfig(choice)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('that is not there is refused by name', async () => {
    const path = join(temporaryFolder(), 'none.mjs');
    await expect(readConfigFile(path)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('none.mjs'),
    });
  });
});

describe('defineRun', () => {
  it('takes part of a configuration', () => {
    const run = defineRun({ architecture: 'attngan', batchSize: 8, generator: { branches: 2 } });
    expect(run).toEqual({ architecture: 'attngan', batchSize: 8, generator: { branches: 2 } });
    expectTypeOf<{ architecture: 'stackgan'; stage2: null }>().toExtend<RunSettings>();
  });

  it('refuses what no configuration has', () => {
    expectTypeOf<{ architecture: 'dall-e' }>().not.toExtend<RunSettings>();
    expectTypeOf<{ architecture: 'attngan'; batchSize: 'many' }>().not.toExtend<RunSettings>();
    expectTypeOf<{ architecture: 'attngan'; generator: { baseWidth: string } }>().not.toExtend<RunSettings>();
    // @ts-expect-error there is no such field.
    defineRun({ architecture: 'attngan', batchSise: 8 });
  });
});
