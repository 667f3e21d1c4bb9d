import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { VERSION } from '../../src/sdk/runtime/web/asset-folder.js';
import { buildEntry, buildScript } from './site.js';

const KILOBYTE = 1000;
/** What a page fetches before it can show itself; everything else follows when it is first needed. */
const ENTRY_LIMIT_KB = 30;
/** The entry and all that it can ever fetch of our own code. */
const WHOLE_LIMIT_KB = 47;

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
    const { first, later } = await buildEntry();
    expect(first.length).toBeGreaterThan(0);
    expect(later.length).toBeGreaterThan(3);
    const kilobytes = (code: Uint8Array): number => gzipSync(code, { level: 9 }).byteLength / KILOBYTE;
    expect(first.reduce((sum, code) => sum + kilobytes(code), 0)).toBeLessThanOrEqual(ENTRY_LIMIT_KB);
    const whole = await buildScript('src/sdk/web.ts');
    expect(kilobytes(whole.code)).toBeLessThanOrEqual(WHOLE_LIMIT_KB);
  });

  it("names its assets' folder after the package's version", () => {
    expect(VERSION).toBe(packageJson.version);
  });
});
