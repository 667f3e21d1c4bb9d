import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../temporary-folder.js';
import { ROOT } from './project.js';

const execute = promisify(execFile);
const isBuilt = existsSync(join(ROOT, 'dist/src/sdk/index.d.ts'));
const bin = (name: string) => join(ROOT, 'node_modules/.bin', name);

/** What npm packs of this folder, unpacked into a stranger's project. */
describe.skipIf(!isBuilt)('the packed package (needs the build that npm test makes)', () => {
  let folder = '';
  let archive = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wordbrush-package-'));
    const { stdout } = await execute(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      {
        cwd: ROOT,
        maxBuffer: 2 ** 26,
      },
    );
    archive = join(folder, JSON.parse(stdout)[0].filename);
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, 'wordbrush'), { recursive: true });
    execFileSync('tar', ['-xzf', archive, '--strip-components=1', '-C', join(modules, 'wordbrush')]);
    for (const name of ['zod', 'onnxruntime-node', 'onnxruntime-web', 'citty', '@types']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    }
    writeFiles(folder, { 'package.json': '{ "type": "module", "private": true }' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = async (file: string, content: string) => {
    writeFiles(folder, { [file]: content });
    const { stdout, stderr } = await execute(process.execPath, [file], { cwd: folder });
    return { output: stdout.trim(), errors: stderr };
  };

  it('draws for a module, and writes the picture', async () => {
    const result = await run(
      'draw.mjs',
      `import { generate } from 'wordbrush';
       const { images, seed } = await generate('a red heart', { count: 2, seed: 4 });
       for (const image of images) await image.toFile('heart-' + image.seed + '.png');
       console.log(seed);`,
    );
    expect(result).toEqual({ output: '4', errors: '' });
    expect(existsSync(join(folder, 'heart-5.png'))).toBe(true);
  });

  it('draws for CommonJS', async () => {
    const result = await run(
      'draw.cjs',
      `const { loadModel, WordbrushError } = require('wordbrush');
       (async () => {
         const model = await loadModel(undefined, { workers: 1 });
         const { images } = await model.generate('a red heart');
         const error = await model.generate('').catch((error) => error);
         await model.dispose();
         console.log(images[0].width, error instanceof WordbrushError, error.code);
       })();`,
    );
    // Node 20 and 22 warn of require() of a module, in their own name.
    expect(result.output).toBe('64 true PROMPT_EMPTY');
  });

  it('has types that fit a strict project', async () => {
    writeFiles(folder, {
      'draw.ts': `
        import { generate, loadModel, score, WordbrushError, type GenerateResult, type Model } from 'wordbrush';
        const result: GenerateResult<'rgba'> = await generate('a red heart', { output: 'rgba', seed: 7 });
        const bytes: Uint8ClampedArray = result.images[0] ?? new Uint8ClampedArray();
        const model: Model = await loadModel('bundle', { workers: 2, signal: AbortSignal.timeout(1000) });
        for await (const { image, final } of model.stream('sun')) if (final) await image.toPNG();
        const { words } = await score({ data: bytes, width: 64, height: 64 }, 'a bird', { model: 'bundle' });
        try { await model.dispose(); } catch (error) { if (error instanceof WordbrushError) console.log(error.code, words); }
        // @ts-expect-error no such option
        await generate('sun', { sead: 1 });`,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          module: 'nodenext',
          target: 'es2023',
          types: ['node'],
          noEmit: true,
        },
        files: ['draw.ts'],
      }),
    });
    const { stdout } = await execute(bin('tsc'), ['-p', '.'], { cwd: folder }).catch((error) => error);
    expect(stdout).toBe('');
  });

  it('is clean for publint', async () => {
    const { stdout } = await execute(bin('publint'), [archive, '--strict']).catch((error) => error);
    expect(stdout).toContain('All good!');
  });

  it('is clean for arethetypeswrong', async () => {
    const args = [
      archive,
      '--profile',
      'esm-only',
      '--no-definitely-typed',
      '--format',
      'table-flipped',
      '--no-color',
    ];
    // Its exit code; it prints a table either way.
    await expect(execute(bin('attw'), args)).resolves.toBeDefined();
  });

  it('holds no tests, benches, runs or secrets', () => {
    const listed = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' }).trim().split('\n');
    const odd = listed.filter((path) => /(^package\/(test|bench|scripts|runs)\/|\.env)/u.test(path));
    expect(odd).toEqual([]);
  });
});
