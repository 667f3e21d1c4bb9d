import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileCache } from '../../../../src/sdk/bundle/sources/file-cache.js';
import { openUrl } from '../../../../src/sdk/bundle/sources/url-bundle.js';
import { folderCache } from '../../../../src/sdk/runtime/node/folder-cache.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { changeManifest, copyTinyBundle, readManifest, TINY_BUNDLE } from '../../tiny-bundle.js';
import { serveFolder } from './file-server.js';

const FILE = 'stage-16.onnx';
const content = new Uint8Array(readFileSync(join(TINY_BUNDLE, FILE)));

/** A cache in a new folder, and the warnings that it gave. */
function newCache(): { cache: FileCache; folder: string; warnings: string[] } {
  const folder = join(temporaryFolder(), 'cache');
  const warnings: string[] = [];
  return { cache: folderCache(folder, (message) => warnings.push(message)), folder, warnings };
}

function cachedFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('openUrl', () => {
  it.each(['', 'manifest.json'])('gives the files below a URL that ends in "%s"', async (end) => {
    const server = await serveFolder(TINY_BUNDLE);
    const bundle = await openUrl(server.url + end, newCache().cache);
    expect(await bundle.sizeOf('manifest.json')).toBe(
      readFileSync(join(TINY_BUNDLE, 'manifest.json')).length,
    );
    expect(await bundle.sizeOf(FILE)).toBe(content.length);
    expect(await bundle.sizeOf('other.bin')).toBeUndefined();
    expect(await bundle.read(FILE)).toEqual(content);
  });

  it('downloads a file once, also for the next process', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    const { cache, folder } = newCache();
    await (await openUrl(server.url, cache)).read(FILE);
    await (await openUrl(server.url, cache)).read(FILE);
    await (
      await openUrl(
        server.url,
        folderCache(folder, () => undefined),
      )
    ).read(FILE);
    expect(server.requests.filter((path) => path === FILE)).toHaveLength(1);
  });

  it('works from the cache while there is no connection', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    const { cache } = newCache();
    await (await openUrl(server.url, cache)).read(FILE);
    await server.close();
    expect(await (await openUrl(server.url, cache)).read(FILE)).toEqual(content);
  });

  it('mends a damaged entry of the cache', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    const { cache, folder } = newCache();
    await (await openUrl(server.url, cache)).read(FILE);
    for (const path of cachedFiles(folder)) writeFileSync(path, 'damaged');
    expect(await (await openUrl(server.url, cache)).read(FILE)).toEqual(content);
    expect(server.requests.filter((path) => path === FILE)).toHaveLength(2);
    expect(await (await openUrl(server.url, cache)).read(FILE)).toEqual(content);
    expect(server.requests.filter((path) => path === FILE)).toHaveLength(2);
  });

  it('keeps nothing that is not as the manifest says', async () => {
    const folder = copyTinyBundle();
    const changed = content.slice();
    changed[100] = (changed[100] ?? 0) ^ 1;
    writeFileSync(join(folder, FILE), changed);
    const server = await serveFolder(folder);
    const { cache, folder: kept } = newCache();
    expect(await (await openUrl(server.url, cache)).read(FILE)).toEqual(changed);
    expect(cachedFiles(kept)).toHaveLength(1);
  });

  it('begins a download again that breaks off, and tells how far it is', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    server.faults.set(FILE, (response, bytes, times) => {
      if (times > 2) return false;
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
      setTimeout(() => response.destroy(), 50);
      return true;
    });
    const received: number[] = [];
    const bundle = await openUrl(server.url, newCache().cache);
    expect(await bundle.read(FILE, { onBytes: (bytes) => received.push(bytes) })).toEqual(content);
    expect(received.at(-1)).toBe(content.length);
    expect(server.requests.filter((path) => path === FILE)).toHaveLength(3);
  });

  it('says what the server said, when it does not get better', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    server.faults.set(FILE, (response) => {
      response.writeHead(503).end();
      return true;
    });
    const bundle = await openUrl(server.url, newCache().cache);
    await expect(bundle.read(FILE)).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('the server answered 503'),
    });
  });

  it('stops a file that is longer than the manifest says', async () => {
    const folder = copyTinyBundle();
    writeFileSync(join(folder, FILE), new Uint8Array(content.length + 1));
    const server = await serveFolder(folder);
    const bundle = await openUrl(server.url, newCache().cache);
    await expect(bundle.read(FILE)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it('an abort in the middle of a download ends it', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    const controller = new AbortController();
    server.faults.set(FILE, (response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
      setTimeout(() => controller.abort(), 20);
      return true;
    });
    const bundle = await openUrl(server.url, newCache().cache);
    await expect(bundle.read(FILE, { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('says what is missing on the server', async () => {
    const folder = copyTinyBundle();
    const server = await serveFolder(folder);
    const bundle = await openUrl(server.url, newCache().cache);
    await expect(bundle.read('not-in-the-manifest.onnx')).rejects.toMatchObject({ code: 'FILE_MISSING' });
    const nothing = openUrl(`${server.url}elsewhere`, newCache().cache);
    await expect(nothing).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it.each(['file:///tmp/model', 'ftp://example.com/model', 'data:text/plain,x', 'no url'])(
    'refuses %s',
    async (url) => {
      await expect(openUrl(url, newCache().cache)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    },
  );

  it('refuses a manifest whose paths leave the bundle', async () => {
    const folder = copyTinyBundle();
    changeManifest(folder, (manifest) => {
      manifest.files['../secret'] = readManifest().files[FILE];
    });
    const server = await serveFolder(folder);
    await expect(openUrl(server.url, newCache().cache)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it('goes on without a cache that cannot be written, and says so once', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    const blocked = join(temporaryFolder({ file: '' }), 'file', 'cache');
    const warnings: string[] = [];
    const bundle = await openUrl(
      server.url,
      folderCache(blocked, (message) => warnings.push(message)),
    );
    expect(await bundle.read(FILE)).toEqual(content);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('the cache cannot be written');
    expect(existsSync(blocked)).toBe(false);
  });

  it('many that fill one cache at once all get the file', async () => {
    const server = await serveFolder(TINY_BUNDLE);
    const { folder } = newCache();
    const readers = Array.from({ length: 8 }, async () => {
      const bundle = await openUrl(
        server.url,
        folderCache(folder, () => undefined),
      );
      return bundle.read(FILE);
    });
    for (const bytes of await Promise.all(readers)) expect(bytes).toEqual(content);
    expect(cachedFiles(folder)).toHaveLength(2);
  });
});
