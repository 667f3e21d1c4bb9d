import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadModel, type ModelSource, type ProgressEvent } from '../../src/sdk/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { makeZip } from '../tools/import/zip/make-zip.js';
import { serveFolder } from './bundle/sources/file-server.js';
import { TINY_BUNDLE } from './tiny-bundle.js';

const names = readdirSync(TINY_BUNDLE).filter((name) => !name.endsWith('.py'));
const contentOf = (name: string) => new Uint8Array(readFileSync(join(TINY_BUNDLE, name)));
const archive = () =>
  makeZip(names.map((path) => ({ path: `tiny/${path}`, content: contentOf(path), deflate: true })));

async function pictureOf(source: ModelSource): Promise<Uint8ClampedArray> {
  await using model = await loadModel(source);
  const { images } = await model.generate('a red heart', { seed: 7, output: 'rgba' });
  return images[0] ?? new Uint8ClampedArray();
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('loadModel() from anywhere gives the same picture', () => {
  const sources: [string, () => ModelSource | Promise<ModelSource>][] = [
    ['a file: URL', () => pathToFileURL(TINY_BUNDLE)],
    ['the bytes of an archive', archive],
    ['a Blob', () => new Blob([new Uint8Array(archive())])],
    ['files in memory', () => Object.fromEntries(names.map((name) => [name, contentOf(name)]))],
    ['a URL', async () => (await serveFolder(TINY_BUNDLE)).url],
    [
      'the path of an archive',
      () => {
        const path = join(temporaryFolder(), 'tiny.zip');
        writeFileSync(path, archive());
        return path;
      },
    ],
  ];
  it.each(sources)('%s', async (_, source) => {
    vi.stubEnv('WORDBRUSH_CACHE', temporaryFolder());
    expect(await pictureOf(await source())).toEqual(await pictureOf(TINY_BUNDLE));
  });
});

it('tells of a download in bytes, once: the next load finds the files in the cache', async () => {
  vi.stubEnv('WORDBRUSH_CACHE', temporaryFolder());
  const { url } = await serveFolder(TINY_BUNDLE);
  const load = async (): Promise<ProgressEvent[]> => {
    const events: ProgressEvent[] = [];
    await using _ = await loadModel(url, { onProgress: (event) => events.push(event) });
    return events.filter(({ phase }) => phase === 'download');
  };
  const first = await load();
  const completed = first.map((event) => event.completed);
  expect(completed).toEqual([...completed].sort((a, b) => a - b));
  expect(completed.at(-1)).toBe(first[0]?.total);
  expect(await load()).toEqual([]);
});

it.each([
  ['a number', 5],
  ['an empty text', ''],
  ['files that are no bytes', { 'manifest.json': '{}' }],
  ['no files', {}],
  ['a list', [new Uint8Array(3)]],
])('refuses %s as a model', async (_, source) => {
  await expect(loadModel(source as never)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
});

it('hashes each file once, whether it was downloaded or kept', async () => {
  vi.stubEnv('WORDBRUSH_CACHE', temporaryFolder());
  const { url } = await serveFolder(TINY_BUNDLE);
  const digest = vi.spyOn(crypto.subtle, 'digest');
  const sizes = ['vocabulary.json', 'text-encoder.onnx', 'stage-16.onnx', 'stage-32.onnx'].map(
    (name) => contentOf(name).byteLength,
  );
  for (let load = 0; load < 2; load++) {
    digest.mockClear();
    await using _ = await loadModel(url);
    const hashed = digest.mock.calls.map(([, data]) => data.byteLength);
    expect(sizes.map((size) => hashed.filter((each) => each === size).length)).toEqual([1, 1, 1, 1]);
  }
  digest.mockRestore();
});
