import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { VERSION } from '../../src/sdk/runtime/web/asset-folder.js';
import { buildScript } from './site.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KILOBYTE = 1000;
/** What a page fetches before it can show itself; everything else follows when it is first needed. */
const ENTRY_LIMIT_KB = 30;
/** The entry and all that it can ever fetch of our own code. */
const WHOLE_LIMIT_KB = 45;

describe('the entry for browsers', () => {
  it('holds nothing of Node, sharp or ONNX Runtime', async () => {
    const { metafile } = await buildScript('src/sdk/web.ts');
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.length).toBeGreaterThan(50);
    expect(inputs.filter((path) => /onnxruntime|sharp\/|runtime\/node/u.test(path))).toEqual([]);
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
    expect(imports.filter((path) => path.startsWith('node:'))).toEqual([]);
  });

  it(`has at most ${ENTRY_LIMIT_KB} kB compressed, and ${WHOLE_LIMIT_KB} with all that it fetches later`, async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: { web: join(ROOT, 'src/sdk/web.ts') },
      outdir: join(ROOT, 'dist'),
      bundle: true,
      splitting: true,
      minify: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      absWorkingDir: ROOT,
    });
    const sizes = new Map(
      outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).byteLength / KILOBYTE]),
    );
    const sizeOf = (output: string): number => sizes.get(join(ROOT, output)) ?? Number.NaN;
    const first = new Set<string>();
    const follow = (output: string): void => {
      if (first.has(output)) return;
      first.add(output);
      for (const { path, kind } of metafile.outputs[output]?.imports ?? []) {
        if (kind === 'import-statement') follow(path);
      }
    };
    follow('dist/web.js');
    const sum = (outputs: Iterable<string>): number => Array.from(outputs, sizeOf).reduce((a, b) => a + b, 0);
    expect(sum(first)).toBeLessThanOrEqual(ENTRY_LIMIT_KB);
    const whole = await buildScript('src/sdk/web.ts');
    expect(gzipSync(whole.code, { level: 9 }).byteLength / KILOBYTE).toBeLessThanOrEqual(WHOLE_LIMIT_KB);
  });

  it("names its assets' folder after the package's version", () => {
    expect(VERSION).toBe(packageJson.version);
  });
});
