import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../src/sdk/bundle/index.js';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { readManifest } from '../tiny-bundle.js';

function parseError(json: string): WordbrushError {
  try {
    parseManifest(json, 'bundle/manifest.json');
  } catch (error) {
    if (error instanceof WordbrushError) {
      return error;
    }
    throw error;
  }
  throw new Error('the manifest was accepted');
}

/** The tiny bundle's manifest with the value at a path such as `stages.0.size` replaced, or removed. */
function changed(path: string, value: unknown): string {
  const manifest = readManifest();
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent: unknown = keys.reduce<unknown>((node, key) => Reflect.get(Object(node), key), manifest);
  Reflect.set(Object(parent), last, value);
  return JSON.stringify(manifest);
}

describe('parseManifest', () => {
  it('reads a good one', () => {
    const manifest = parseManifest(JSON.stringify(readManifest()), 'x');
    expect(manifest).toEqual(readManifest());
  });

  it('keeps what training adds and ignores entries it does not know', () => {
    const json = changed('training', { ...Object(readManifest().training), hours: 2 });
    const extended = JSON.stringify({ ...JSON.parse(json), futureField: 1 });
    const manifest = parseManifest(extended, 'x');
    expect(manifest.training).toMatchObject({ hours: 2 });
    expect(manifest).not.toHaveProperty('futureField');
  });

  it.each([2, 0, 1.5, '2'])('refuses format version %j', (version) => {
    const error = parseError(changed('formatVersion', version));
    expect(error).toMatchObject({ code: 'MANIFEST_VERSION', details: { expected: 1, received: version } });
    expect(error.message).toContain(`received ${JSON.stringify(version)}`);
  });

  it('says version even if everything else differs too', () => {
    expect(parseError('{"formatVersion": 9}').code).toBe('MANIFEST_VERSION');
  });

  it.each<[string, unknown, string]>([
    ['formatVersion', undefined, 'Expected formatVersion: 1, received nothing'],
    ['name', 7, 'Expected name: a text of 1 to 100 characters, received 7'],
    ['architecture', 'dcgan', 'one of "stackgan", "stackgan-pp", "attngan", "damsm", received "dcgan"'],
    ['conditional', 'no', 'Expected conditional: true or false, received "no"'],
    ['conditional', false, 'Expected textEncoder: nothing in a model without text, received an object'],
    ['stages', [], 'Expected stages: at least one stage, received none'],
    ['stages.0.size', -3, 'Expected stages.0.size: an integer from 4 to 2048, received -3'],
    ['stages.0.size', 1e9, 'received 1000000000'],
    ['stages.1.size', 16, 'Expected stages.1.size: more than 16, received 16'],
    ['stages.0.outputs', ['hidden'], 'Expected stages.0.outputs: "image" among them, received hidden'],
    ['stages.1.inputs.0', 'nonsense', 'Expected stages.1.inputs.0: one of z, eps'],
    ['stages.0.inputs.0', 'previous_image', 'received "previous_image"'],
    ['stages.1.inputs.0', 'image', 'received "image"'],
    ['textEncoder', undefined, 'Expected textEncoder: an object, received nothing'],
    [
      'textEncoder.inputs',
      ['token_ids'],
      'Expected textEncoder.inputs: token_ids, lengths, received token_ids',
    ],
    ['textEncoder.outputs', ['words', 'words'], 'Expected textEncoder.outputs: words, sentence'],
    ['textEncoder.wordDim', 1e9, 'Expected textEncoder.wordDim'],
    ['tokenizer.kind', 'bpe', 'Expected tokenizer.kind: one of "words", "characters", received "bpe"'],
    ['tokenizer.version', 2, 'Expected tokenizer.version: 1, received 2'],
    ['tokenizer.maxLength', 0, 'Expected tokenizer.maxLength'],
    ['noise.zDim', 0, 'Expected noise.zDim'],
    ['precision', 'int4', 'Expected precision: one of "fp32", "fp16", "int8", received "int4"'],
    ['files', undefined, 'Expected files: an object of files, received nothing'],
    ['files', {}, 'Expected tokenizer.vocabularyFile: a file listed under files, received "vocabulary.json"'],
    ['files', { 'a.onnx': { bytes: 1e10, sha256: '0'.repeat(64) } }, 'Expected files.a.onnx.bytes'],
    ['files', { 'a.onnx': { bytes: 1, sha256: 'ABC' } }, '64 lower-case hexadecimal digits, received "ABC"'],
    ['stages.0.file', 'constructor', 'a file listed under files, received "constructor"'],
    ['card', 'README.md', 'Expected card: a file listed under files'],
    ['training.licence', '', 'Expected training.licence'],
    ['selfTest', { prompt: 'x', seed: 1, checks: [] }, 'Expected selfTest.checks'],
  ])('refuses %s = %j', (path, value, message) => {
    const error = parseError(changed(path, value));
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toContain(message);
    expect(error.message).toContain('bundle/manifest.json');
  });

  it.each([
    '../secret.onnx',
    'a/../../b.onnx',
    '/etc/passwd',
    'C:/x.onnx',
    'C:x.onnx',
    'a\\b.onnx',
    '..\\x.onnx',
    './a.onnx',
    'a//b.onnx',
    'a/',
    '',
    '%2e%2e/a.onnx',
    'https://example.com/a.onnx',
    'a\u0000.onnx',
    'a'.repeat(300),
  ])('refuses the path %j', (path) => {
    expect(parseError(changed('stages.0.file', path))).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('Expected stages.0.file: a path inside the bundle'),
      details: { field: 'stages.0.file' },
    });
    const files = JSON.stringify({ [path]: { bytes: 1, sha256: '0'.repeat(64) } });
    const json = JSON.stringify(readManifest()).replace(
      /"files":\{[^}]*\}/u,
      `"files":${files.slice(0, -1)}`,
    );
    expect(parseError(json).code).toBe('MANIFEST_INVALID');
  });

  it.each(['', '{', '[]', 'null', '7', '"x"', '{}'])('refuses the text %j', (json) => {
    expect(parseError(json).code).toBe('MANIFEST_INVALID');
  });

  it('answers any JSON at any place with an error of its own or a manifest', () => {
    const paths = [
      'formatVersion',
      'stages',
      'stages.0',
      'stages.0.inputs',
      'textEncoder',
      'tokenizer',
      'noise',
      'files',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        try {
          parseManifest(changed(path, value), 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(WordbrushError);
          expect(String(error).length).toBeLessThan(800);
        }
      }),
    );
  });
});
