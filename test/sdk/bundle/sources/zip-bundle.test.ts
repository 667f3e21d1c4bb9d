import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../../src/sdk/bundle/sources/memory-bundle.js';
import { openZip } from '../../../../src/sdk/bundle/sources/zip-bundle.js';
import { WordbrushError } from '../../../../src/sdk/errors.js';
import { makeZip } from '../../../tools/import/zip/make-zip.js';
import { TINY_BUNDLE } from '../../tiny-bundle.js';

const FILE = 'stage-16.onnx';
const names = readdirSync(TINY_BUNDLE).filter((name) => !name.endsWith('.py'));
const contents = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(TINY_BUNDLE, name)))]));
const zipped = (folder: string, deflate: boolean) =>
  makeZip([...contents].map(([name, content]) => ({ path: folder + name, content, deflate })));

describe('openZip', () => {
  it.each([
    ['', true],
    ['', false],
    ['my-model/', true],
  ])('gives the files of an archive with folder "%s", deflated: %s', async (folder, deflate) => {
    const bundle = openZip(zipped(folder, deflate), 'model.zip');
    for (const [name, content] of contents) {
      expect(await bundle.sizeOf(name)).toBe(content.length);
      expect(new Uint8Array(await bundle.read(name))).toEqual(content);
    }
    expect(await bundle.sizeOf('other')).toBeUndefined();
  });

  it('stops an entry that unpacks to more than it admits', async () => {
    const bomb = makeZip([
      { path: 'manifest.json', content: '{}' },
      { path: FILE, content: new Uint8Array(10_000_000), deflate: true, claim: { size: 100 } },
    ]);
    await expect(openZip(bomb, 'bomb.zip').read(FILE)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('received more'),
    });
  });

  it('refuses what is no archive, or has no manifest', () => {
    expect(() => openZip(new Uint8Array(100), 'x.zip')).toThrow(/no end-of-directory record/u);
    expect(() => openZip(makeZip([{ path: 'a/b/manifest.json', content: '' }]), 'x.zip')).toThrow(
      /has no manifest\.json/u,
    );
  });

  it('a damaged archive is refused or gives its files, and does nothing else', async () => {
    const archive = zipped('', true);
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.nat(255), async (place, value) => {
        const damaged = Uint8Array.from(archive);
        damaged[place] = value;
        try {
          const bundle = openZip(damaged, 'x.zip');
          for (const name of names) await bundle.read(name);
        } catch (error) {
          expect(error).toBeInstanceOf(WordbrushError);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('openMemory', () => {
  it('gives bytes and blobs by their path', async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const bundle = openMemory({ a: bytes, 'b/c': new Blob([bytes]) });
    expect(await bundle.read('a')).toBe(bytes);
    expect(await bundle.sizeOf('b/c')).toBe(3);
    expect(await bundle.read('b/c')).toEqual(bytes);
    expect(await bundle.sizeOf('constructor')).toBeUndefined();
    await expect(bundle.read('constructor')).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });
});
