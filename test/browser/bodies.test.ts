import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RUNTIME_FOLDER } from '../../src/sdk/runtime/web/asset-folder.js';
import { findBrowser } from './find-browser.js';
import type { Fault } from './site.js';
import { useBrowser } from './use-browser.js';

const MANIFEST = '/wordbrush/models/stackgan-emoji/manifest.json';
const STAGE = '/wordbrush/models/stackgan-emoji/stage-1.onnx';
const BINARY = `/wordbrush/${RUNTIME_FOLDER}ort-wasm-simd-threaded.wasm`;

interface Body {
  bytes: Buffer;
  /** That the head states; none leaves it open. */
  length?: number;
  encoding?: 'gzip';
}

/** Answers so; `times` says how often, and then the file comes as it is. */
function answer(bodyOf: (content: Buffer) => Body, times = Number.POSITIVE_INFINITY): Fault {
  return (response, content, asked) => {
    if (asked > times) return false;
    const { bytes, length, encoding } = bodyOf(content);
    response.writeHead(200, {
      'content-type': 'application/wasm',
      connection: 'close',
      ...(encoding !== undefined && { 'content-encoding': encoding }),
      ...(length !== undefined && { 'content-length': length }),
    });
    response.end(bytes);
    return true;
  };
}

const packed = (content: Buffer): Buffer => gzipSync(content, { level: 1 });

/** In the page: how a drawing ends, and the shares of the download that it reported. */
async function draw(): Promise<{ code: string; size: number; shares: number[] }> {
  const shares: number[] = [];
  const onProgress: import('../../src/sdk/web.js').GenerateOptions['onProgress'] = (event) => {
    if (event.phase === 'download') shares.push(event.completed / event.total);
  };
  try {
    const { size } = await wordbrush.generate('a red heart', { device: 'wasm', onProgress });
    return { code: 'none', size, shares };
  } catch (error) {
    const code = error instanceof wordbrush.WordbrushError ? error.code : String(error);
    return { code, size: 0, shares };
  }
}

describe.skipIf(findBrowser() === undefined)(
  'bodies that are packed or of another length, in Chromium',
  () => {
    const { site, open } = useBrowser();

    it.each<[string, (content: Buffer) => Body]>([
      [
        'and say so',
        (content) => ({ bytes: packed(content), length: packed(content).byteLength, encoding: 'gzip' }),
      ],
      ['and leave their length open', (content) => ({ bytes: packed(content), encoding: 'gzip' })],
      // Wrong, and what some servers do; Chromium lets it pass.
      [
        'and give the length of what is in it',
        (content) => ({ bytes: packed(content), length: content.byteLength, encoding: 'gzip' }),
      ],
    ])('that servers pack %s are drawn with, and no progress passes the whole', async (_, bodyOf) => {
      const page = await open();
      for (const path of [MANIFEST, STAGE, BINARY]) site().faults.set(path, answer(bodyOf));
      const { code, size, shares } = await page.evaluate(draw);
      expect([code, size]).toEqual(['none', 64]);
      expect(shares.length).toBeGreaterThan(1);
      expect(shares.at(-1)).toBe(1);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
    });

    it.each<[string, (content: Buffer) => Body]>([
      [
        'packed, and not what it says',
        (content) => ({ bytes: content, length: content.byteLength, encoding: 'gzip' }),
      ],
      [
        'shorter than it says',
        (content) => ({ bytes: content.subarray(0, 1e6), length: content.byteLength }),
      ],
    ])('%s: fetched again; refused, with the URL, where it never comes right', async (_, bodyOf) => {
      const page = await open();
      site().faults.set(STAGE, answer(bodyOf, 1));
      const { code, shares } = await page.evaluate(draw);
      expect(code).toBe('none');
      expect(Math.max(...shares)).toBe(1);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(site().requests.filter((path) => path === STAGE)).toHaveLength(2);

      const other = await open();
      site().faults.set(STAGE, answer(bodyOf));
      expect((await other.evaluate(draw)).code).toBe('NETWORK');
    });
  },
);
