import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/sdk/index.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { writeSafetensors } from '../../../src/training/weights/safetensors.js';
import { importModel } from '../../../tools/import/import-model.js';
import { writeStateDict } from '../../../tools/import/pytorch/write-state-dict.js';
import type { NamedTensors } from '../../../tools/import/read-tensors.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { generatorTensors, TINY_ATTNGAN, textEncoderTensors, writeTinyAttngan } from './official-files.js';

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const invalid = (part: RegExp, code = 'WEIGHTS_INVALID') =>
  expect.objectContaining({ code, message: expect.stringMatching(part) });

beforeAll(async () => {
  await loadTensorFlow({ backend: 'native' });
});

describe('importModel', () => {
  it('finds every size of an AttnGAN and writes a bundle that draws', async () => {
    const folder = temporaryFolder();
    const files = writeTinyAttngan(folder);
    const out = join(folder, 'bundle');
    const before = tf.memory().numTensors;
    const report = await importModel({ ...files, out, architecture: 'attngan' });
    expect(tf.memory().numTensors).toBe(before);
    expect(report.generator).toEqual(TINY_ATTNGAN);
    expect(report).toMatchObject({ dataset: undefined, vocabularySize: 20, unreachableWords: [] });
    expect(Math.max(...report.graphs.map((graph) => graph.maxAbsoluteDifference))).toBeLessThan(1e-4);
    const { architecture, noise, training } = manifestOf(out);
    expect({ architecture, noise }).toEqual({ architecture: 'attngan', noise: { zDim: 5, epsDim: 6 } });
    expect(training.imported).toMatchObject({
      compat: { attentionMask: 'corrected' },
      files: [{ name: 'netG.pth' }, { name: 'text_encoder.pth' }, { name: 'words.json' }],
    });
    await using model = await loadModel(out, { device: 'cpu' });
    const { images } = await model.generate('word1 word3', { seed: 1 });
    expect([images[0]?.width, images[0]?.height]).toEqual([128, 128]);
  });

  it('gives the same bundle from safetensors, and notes the official mask', async () => {
    const folder = temporaryFolder();
    const { generator, ...others } = writeTinyAttngan(folder);
    const safetensors = join(folder, 'netG.safetensors');
    writeFileSync(safetensors, writeSafetensors(generatorTensors(TINY_ATTNGAN)));
    await importModel({ ...others, generator, out: join(folder, 'a') });
    await importModel({ ...others, generator: safetensors, out: join(folder, 'b'), compat: 'official' });
    const [a, b] = [manifestOf(join(folder, 'a')), manifestOf(join(folder, 'b'))];
    expect(b.training.imported.compat).toEqual({ attentionMask: 'official' });
    expect(b.files['stage-1.onnx']).toEqual(a.files['stage-1.onnx']);
    // One caption at a time, the masks agree.
    expect(b.selfTest).toEqual(a.selfTest);
  });

  it('draws without text from an unconditional StackGAN++, saved with DataParallel', async () => {
    const folder = temporaryFolder();
    const part = {
      kind: 'generator',
      architecture: 'stackgan-pp',
      text: undefined,
      zDim: 7,
      baseWidth: 4,
      residualBlocks: 2,
      branches: 3,
    } as const;
    const tensors = [...generatorTensors(part)].map(([name, tensor]) => [`module.${name}`, tensor] as const);
    const generator = join(folder, 'netG.pth');
    writeFileSync(generator, writeStateDict(new Map(tensors)));
    const out = join(folder, 'bundle');
    const report = await importModel({ generator, out });
    expect(report.generator).toEqual(part);
    expect(manifestOf(out)).toMatchObject({ architecture: 'stackgan-pp', conditional: false });
  });

  it.each([
    [
      'a text encoder of other vectors',
      { textEncoder: () => textEncoderTensors(20, 32) },
      /sentence vectors of 16 numbers, the text encoder gives 32/,
    ],
    [
      'a vocabulary of another size',
      { textEncoder: () => textEncoderTensors(31) },
      /vocabulary of 31 words.*received 20/,
    ],
    [
      'two text encoders',
      { generator: () => textEncoderTensors() },
      /Expected a generator in .*found a text encoder/,
    ],
    [
      'a generator twice',
      { textEncoder: () => generatorTensors(TINY_ATTNGAN) },
      /Expected a text encoder.*found a generator/,
    ],
  ])(
    'refuses %s and leaves nothing',
    async (_what, change: {
      generator?: () => NamedTensors;
      textEncoder?: () => NamedTensors;
    }, reason: RegExp) => {
      const folder = temporaryFolder();
      const files = writeTinyAttngan(folder);
      for (const name of ['generator', 'textEncoder'] as const) {
        const tensorsOf = change[name];
        if (tensorsOf !== undefined) writeFileSync(files[name], writeStateDict(tensorsOf()));
      }
      const listed = readdirSync(folder);
      const before = tf.memory().numTensors;
      await expect(importModel({ ...files, out: join(folder, 'bundle') })).rejects.toThrow(invalid(reason));
      expect(readdirSync(folder)).toEqual(listed);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('refuses a generator of one data set with the encoder of another, naming both', async () => {
    const folder = temporaryFolder();
    const cub = {
      ...TINY_ATTNGAN,
      sentenceDim: 256,
      wordDim: 256,
      baseWidth: 32,
      residualBlocks: 2,
      conditionDim: 2,
      branches: 2,
    } as const;
    const files = writeTinyAttngan(folder);
    writeFileSync(files.generator, writeStateDict(generatorTensors(cub)));
    writeFileSync(files.textEncoder, writeStateDict(textEncoderTensors(27_297, 256)));
    await expect(importModel({ ...files, out: join(folder, 'bundle') })).rejects.toThrow(
      invalid(
        /CUB-200-2011 \(width 32 and 2 residual blocks\), the text encoder of MS-COCO \(a vocabulary of 27297 words\)/,
      ),
    );
  });

  it('asks for what is missing, and says what is not as asked', async () => {
    const folder = temporaryFolder();
    const files = writeTinyAttngan(folder);
    const out = join(folder, 'bundle');
    const { generator, textEncoder } = files;
    await expect(importModel({ generator, out })).rejects.toThrow(
      invalid(/Expected a text encoder/, 'INVALID_OPTION'),
    );
    await expect(importModel({ generator, textEncoder, out })).rejects.toThrow(
      invalid(/Expected a vocabulary/, 'INVALID_OPTION'),
    );
    await expect(importModel({ ...files, out, architecture: 'stackgan' })).rejects.toThrow(
      invalid(/of stackgan in .*found one of attngan/),
    );
    await expect(importModel({ ...files, generator: 'nowhere.pth', out })).rejects.toThrow(
      invalid(/nowhere\.pth/, 'FILE_MISSING'),
    );
    expect(existsSync(out)).toBe(false);
  });
});
