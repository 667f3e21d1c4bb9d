import { describe, expect, it } from 'vitest';
import { type Manifest, manifestSchema } from '../../../src/sdk/bundle/index.js';
import { judgeRelation } from '../../../src/training/evaluation/judge-relation.js';

const TRAINING = { dataset: 'd', licence: 'MIT', preset: 'tiny', steps: 1, seed: 1 };

/** A bundle with encoders of these files' hashes. */
function bundle(text: string, image: string, training: Record<string, unknown> = {}): Manifest {
  const files = {
    'text-encoder.onnx': text,
    'image-encoder.onnx': image,
    'matcher.onnx': 'e',
    'v.json': 'f',
  };
  const described = Object.entries(files).map(([file, letter]) => [
    file,
    { bytes: 1, sha256: letter.repeat(64) },
  ]);
  return manifestSchema.parse({
    formatVersion: 1,
    name: 'm',
    architecture: 'damsm',
    conditional: true,
    stages: [],
    textEncoder: {
      file: 'text-encoder.onnx',
      inputs: ['token_ids'],
      outputs: ['words'],
      wordDim: 2,
      sentenceDim: 2,
    },
    imageEncoder: {
      file: 'image-encoder.onnx',
      inputs: ['image'],
      outputs: ['global'],
      size: 8,
      regionsSide: 2,
      dim: 2,
    },
    matcher: { file: 'matcher.onnx', inputs: ['words'], outputs: ['word_scores'] },
    tokenizer: { kind: 'words', version: 1, vocabularyFile: 'v.json', maxLength: 5, unknownWords: 'drop' },
    noise: { zDim: 0, epsDim: 0 },
    files: Object.fromEntries(described),
    precision: 'fp32',
    training: { ...TRAINING, ...training },
  });
}

const HASHES = { textEncoderSha256: '1'.repeat(64), imageEncoderSha256: '2'.repeat(64) };

describe('judgeRelation', () => {
  it('is independent where no weights are in common', () => {
    expect(judgeRelation(bundle('a', 'b'), bundle('c', 'd'))).toBe('independent');
    const other = { textEncoderSha256: '3'.repeat(64), imageEncoderSha256: '4'.repeat(64) };
    expect(judgeRelation(bundle('a', 'b', HASHES), bundle('c', 'd', other))).toBe('independent');
  });

  it('is not for encoders of the same files, either of them', () => {
    for (const judge of [bundle('a', 'b'), bundle('a', 'd'), bundle('c', 'b')]) {
      expect(judgeRelation(bundle('a', 'b'), judge)).toBe('trained-generator');
    }
  });

  it('is not for the same weights in other files, as of another precision', () => {
    const model = bundle('a', 'b', { ...HASHES, damsmWeight: 5 });
    expect(judgeRelation(model, bundle('c', 'd', HASHES))).toBe('trained-generator');
  });

  it('tells an encoder that is read from one that trained the generator', () => {
    const model = bundle('a', 'b', { ...HASHES, damsmWeight: 0 });
    expect(judgeRelation(model, bundle('c', 'd', HASHES))).toBe('shares-encoder');
  });
});
