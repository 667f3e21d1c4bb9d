import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModel, WordbrushError } from '../../src/sdk/index.js';
import { makeZip } from '../tools/import/zip/make-zip.js';
import { changeManifest, copyTinyBundle, readManifest, replaceFile, TINY_BUNDLE } from './tiny-bundle.js';

const SHA = '0'.repeat(64);
const manifestText = () => readFileSync(join(TINY_BUNDLE, 'manifest.json'), 'utf8');

/** The code with which a model is refused; undefined for one that loads. */
async function refusalOf(source: Parameters<typeof loadModel>[0]): Promise<string | undefined> {
  try {
    const model = await loadModel(source);
    await model.dispose();
    return undefined;
  } catch (error) {
    if (error instanceof WordbrushError) return error.code;
    throw error;
  }
}

describe('a manifest made to harm is refused before a file is read', () => {
  it.each([
    '../secret.onnx',
    '/etc/passwd',
    'C:\\windows\\win.ini',
    'a/../../b',
    './a',
    'a//b',
    'a\\0b',
    '..',
    '',
    '\\\\server\\share',
    'file:///etc/passwd',
    'http://example.com/x',
  ])('with the path %j', async (path) => {
    for (const place of ['files', 'stage', 'vocabulary']) {
      const folder = copyTinyBundle();
      const text = JSON.stringify(readManifest(folder));
      const from = place === 'vocabulary' ? 'vocabulary.json' : 'stage-16.onnx';
      const key = JSON.stringify(from);
      const changed =
        place === 'files'
          ? text.replace(`${key}:`, `${JSON.stringify(path)}:`)
          : text.replace(key, JSON.stringify(path));
      writeFileSync(join(folder, 'manifest.json'), changed);
      expect(await refusalOf(folder), place).toBe('MANIFEST_INVALID');
    }
  });

  it.each<[string, (manifest: ReturnType<typeof readManifest>) => void]>([
    [
      'a file of 10 GB',
      ({ files }) => {
        files['stage-16.onnx'] = { bytes: 10e9, sha256: SHA };
      },
    ],
    [
      'a file of -1 byte',
      ({ files }) => {
        files['stage-16.onnx'] = { bytes: -1, sha256: SHA };
      },
    ],
    [
      'a picture of 1e9 pixels',
      (manifest) => {
        Object.assign((manifest.stages as object[])[0] ?? {}, { size: 1e9 });
      },
    ],
    [
      'noise of 1e9 numbers',
      (manifest) => {
        manifest.noise = { zDim: 1e9, epsDim: 1e9 };
      },
    ],
    [
      '1e9 words to a prompt',
      (manifest) => {
        Object.assign(manifest.tokenizer as object, { maxLength: 1e9 });
      },
    ],
    [
      'a sentence of 1e9 numbers',
      (manifest) => {
        Object.assign(manifest.textEncoder as object, { sentenceDim: 1e9 });
      },
    ],
    [
      'a hundred thousand stages',
      (manifest) => {
        manifest.stages = Array(100_000).fill((manifest.stages as object[])[0]);
      },
    ],
  ])('with %s', async (_, change) => {
    const folder = copyTinyBundle();
    changeManifest(folder, change);
    expect(await refusalOf(folder)).toBe('MANIFEST_INVALID');
  });

  it('with keys of the prototype, which change nothing', async () => {
    const folder = copyTinyBundle();
    const text = manifestText().replace(
      '{',
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}},',
    );
    writeFileSync(join(folder, 'manifest.json'), text);
    expect(await refusalOf(folder)).toBeUndefined();
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    const files = text.replaceAll('"stage-16.onnx"', '"__proto__"');
    writeFileSync(join(folder, 'manifest.json'), files);
    expect(await refusalOf(folder)).toBeDefined();
  });

  it('with names that occur twice, of which the last counts and is verified', async () => {
    const folder = copyTinyBundle();
    const twice = `"stage-16.onnx": {"bytes": 5, "sha256": "${SHA}"}`;
    writeFileSync(join(folder, 'manifest.json'), manifestText().replace(/("files": \{)/u, `$1 ${twice},`));
    expect(await refusalOf(folder)).toBeUndefined();
    writeFileSync(
      join(folder, 'manifest.json'),
      manifestText().replace(/("files": \{[^}]*\}[^}]*\}[^}]*\}[^}]*\})/u, `$1, ${twice}`),
    );
    expect(await refusalOf(folder)).toMatch(/INTEGRITY_MISMATCH|MANIFEST_INVALID/u);
  });
});

describe('a good manifest over', () => {
  it('a graph that wants other inputs', async () => {
    const folder = copyTinyBundle();
    await replaceFile(
      folder,
      'stage-32.onnx',
      new Uint8Array(readFileSync(join(folder, 'text-encoder.onnx'))),
    );
    expect(await refusalOf(folder)).toBe('MODEL_INVALID');
  });

  it('a link to a file outside', async () => {
    const folder = copyTinyBundle();
    copyFileSync(join(folder, 'stage-16.onnx'), join(folder, '../outside.onnx'));
    const other = join(folder, '../other');
    symlinkSync(folder, other);
    expect(await refusalOf(other)).toBeUndefined();
  });
});

it('whatever a manifest holds, it ends in a model or an error of ours', async () => {
  const good: Record<string, unknown> = JSON.parse(manifestText());
  const folder = copyTinyBundle();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(good)),
      fc.jsonValue({ maxDepth: 3 }),
      async (field, value) => {
        writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...good, [field]: value }));
        await refusalOf(folder);
      },
    ),
    { numRuns: 150 },
  );
});

it('whatever happens to an archive, it ends in a model or an error of ours', async () => {
  const names = ['manifest.json', 'vocabulary.json', 'text-encoder.onnx', 'stage-16.onnx', 'stage-32.onnx'];
  const archive = makeZip(
    names.map((path) => ({
      path,
      content: new Uint8Array(readFileSync(join(TINY_BUNDLE, path))),
      deflate: true,
    })),
  );
  expect(await refusalOf(new Uint8Array(archive))).toBeUndefined();
  const directory = archive.length - 400;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.nat(archive.length - 1), fc.integer({ min: directory, max: archive.length - 1 })),
      fc.nat(255),
      fc.boolean(),
      async (at, byte, cut) => {
        const damaged = new Uint8Array(archive);
        damaged[at] = byte;
        await refusalOf(cut ? damaged.subarray(0, at) : damaged);
      },
    ),
    { numRuns: 150 },
  );
});
