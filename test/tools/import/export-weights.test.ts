import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { Vocabulary } from '../../../src/sdk/text/index.js';
import { AttnganTrainer } from '../../../src/training/architectures/attngan/attngan-trainer.js';
import { Stage1Trainer } from '../../../src/training/architectures/stackgan/stage1-trainer.js';
import { Stage2Trainer } from '../../../src/training/architectures/stackgan/stage2-trainer.js';
import { StackganPlusPlusTrainer } from '../../../src/training/architectures/stackgan-pp/trainer.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../../../src/training/encoders/char-cnn-rnn/char-cnn-rnn.js';
import { buildImageHeads } from '../../../src/training/encoders/damsm/image-heads.js';
import {
  POOLED_FEATURES,
  REGION_FEATURES,
} from '../../../src/training/encoders/efficientnet-lite0/architecture.js';
import { saveBestCheckpoint, saveCheckpoint } from '../../../src/training/run/checkpoint.js';
import { attnganOptions } from '../../../src/training/run/config/attngan-config.js';
import type { RunConfig } from '../../../src/training/run/config/run-config.js';
import { stage1Options, stage2Options } from '../../../src/training/run/config/stackgan-config.js';
import { stackganPlusPlusOptions } from '../../../src/training/run/config/stackgan-pp-config.js';
import { RunFolder } from '../../../src/training/run/run-folder.js';
import type { Trainer } from '../../../src/training/trainer.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { readSafetensors } from '../../../src/training/weights/safetensors.js';
import { detectPart } from '../../../tools/import/detect/detect-part.js';
import { exportWeights } from '../../../tools/import/export-weights.js';
import { importModel } from '../../../tools/import/import-model.js';
import { readStateDict } from '../../../tools/import/pytorch/read-state-dict.js';
import { temporaryFolder } from '../../temporary-folder.js';
import {
  MICRO_ATTNGAN,
  MICRO_STACKGAN,
  MICRO_STACKGAN_PP,
  MICRO_STAGE2,
} from '../../training/run/micro-configs.js';

const PYTHON = process.env.WORDBRUSH_PYTHON ?? 'python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const withoutTorch = hasTorch ? '' : ' (skipped: no Python with torch; WORDBRUSH_PYTHON names one)';
const vocabulary = Vocabulary.fromCaptions(['a red heart', 'a blue car']);

beforeAll(async () => {
  await loadTensorFlow();
});

/** A run as training leaves it, of models that have not made a step. */
async function runFolder<Batch>(config: RunConfig, trainer: Trainer<Batch>): Promise<RunFolder> {
  const folder = new RunFolder(join(temporaryFolder(), 'run'));
  await folder.create(config, vocabulary, {
    name: 'two',
    licence: 'MIT',
    examples: ['a red heart'],
    trainPictures: 2,
    testPictures: 1,
  });
  const { textEncoder } = config;
  if (textEncoder !== null && textEncoder.kind !== 'vectors') {
    const encoder =
      textEncoder.kind === 'char-cnn-rnn'
        ? buildCharCnnRnn(textEncoder)
        : buildBiLstm({ ...textEncoder, vocabularySize: vocabulary.size });
    await folder.saveTextEncoder(variablesOf(encoder), { train: 1, test: 1 });
    encoder.dispose();
    if (textEncoder.kind === 'damsm') {
      const widths = { mapChannels: REGION_FEATURES, pooledDim: POOLED_FEATURES };
      const heads = buildImageHeads({ ...widths, embeddingDim: textEncoder.sentenceDim });
      await folder.saveImageHeads(variablesOf(heads));
      heads.dispose();
    }
  }
  await saveCheckpoint(folder.main.checkpoints, { step: 4, trainedSeconds: 5 }, trainer.variables);
  trainer.dispose();
  return folder;
}

const OFFICIAL_ATTNGAN: RunConfig & typeof MICRO_ATTNGAN = {
  ...MICRO_ATTNGAN,
  discriminator: { ...MICRO_ATTNGAN.discriminator, normalization: 'batch' },
};

const attngan = (config = OFFICIAL_ATTNGAN) => {
  const options = { ...attnganOptions(config), similarity: undefined };
  return runFolder(config, new AttnganTrainer(options, new RandomStream(1)));
};

const OFFICIAL_STACKGAN: typeof MICRO_STACKGAN = {
  ...MICRO_STACKGAN,
  stage1: {
    ...MICRO_STACKGAN.stage1,
    discriminator: {
      ...MICRO_STACKGAN.stage1.discriminator,
      normalization: 'batch',
      projectionDim: null,
      unconditionalHead: false,
    },
  },
};

/** Stage-II as it is officially, but for its widths. */
const OFFICIAL_STAGE2: typeof MICRO_STAGE2 = {
  ...MICRO_STAGE2,
  imageSize: 256,
  discriminator: {
    ...MICRO_STAGE2.discriminator,
    normalization: 'batch',
    projectionDim: null,
    unconditionalHead: true,
  },
};

const OFFICIAL_STACKGAN_PP: typeof MICRO_STACKGAN_PP = {
  ...MICRO_STACKGAN_PP,
  discriminator: { ...MICRO_STACKGAN_PP.discriminator, normalization: 'batch' },
};
const stackgan = (config = OFFICIAL_STACKGAN) =>
  runFolder(config, new Stage1Trainer(stage1Options(config), new RandomStream(1)));

/** A run whose Stage-II has a checkpoint too, of step 6. */
async function stackganOfTwoStages(settings = OFFICIAL_STAGE2): Promise<RunFolder> {
  const folder = await stackgan({ ...OFFICIAL_STACKGAN, stage2: settings });
  const stage1 = new Stage1Trainer(stage1Options(OFFICIAL_STACKGAN), new RandomStream(1));
  const options = stage2Options(OFFICIAL_STACKGAN, settings);
  const stage2 = new Stage2Trainer(options, stage1.generator, new RandomStream(2));
  const state = { step: 6, trainedSeconds: 5 };
  await saveCheckpoint(folder.stage2.checkpoints, state, stage2.variables);
  for (const variable of [...stage1.variables.values(), ...stage2.variables.values()]) {
    if (!variable.isDisposed) variable.dispose();
  }
  return folder;
}

const stackganPlusPlus = (config = OFFICIAL_STACKGAN_PP) =>
  runFolder(config, new StackganPlusPlusTrainer(stackganPlusPlusOptions(config), new RandomStream(1)));

/** Name in the checkpoint, file, official name: a convolution and a statistic of each network. */
const PLACES = {
  stackgan: [
    ['stage1_discriminator/encode1/conv/kernel', 'netD', 'encode_img.2.weight'],
    [
      'conditional_head/conditional/joint/bn/moving_variance',
      'netD',
      'get_cond_logits.outlogits.1.running_var',
    ],
    ['conditional_head/conditional/out/kernel', 'netD', 'get_cond_logits.outlogits.3.weight'],
  ],
  'stackgan-pp': [
    ['discriminator64/encode1/conv/kernel', 'netD0', 'img_code_s16.2.weight'],
    ['discriminator128/encode4/bn/gamma', 'netD1', 'img_code_s32.1.weight'],
    ['discriminator128/conditional/out/kernel', 'netD1', 'logits.0.weight'],
    ['discriminator128/unconditional/out/kernel', 'netD1', 'uncond_logits.0.weight'],
  ],
  attngan: [
    ['discriminator64/encode1/conv/kernel', 'netD0', 'img_code_s16.2.weight'],
    ['discriminator128/conditional/joint/conv/kernel', 'netD1', 'COND_DNET.jointConv.0.weight'],
    ['discriminator128/unconditional/out/bias', 'netD1', 'UNCOND_DNET.outlogits.0.bias'],
  ],
} as const;

/** Of Stage-II's discriminator: each layer that Stage-I's has not, and one of each that both have. */
const STAGE2_PLACES = [
  ['stage2_discriminator/encode0/conv/kernel', 'encode_img.0.weight'],
  ['stage2_discriminator/encode5/conv/kernel', 'encode_img.14.weight'],
  ['stage2_discriminator/encode5/bn/moving_variance', 'encode_img.15.running_var'],
  ['stage2_discriminator/reduce4/conv/kernel', 'encode_img.17.weight'],
  ['stage2_discriminator/reduce4/bn/gamma', 'encode_img.18.weight'],
  ['stage2_discriminator/reduce3/conv/kernel', 'encode_img.20.weight'],
  ['stage2_discriminator/reduce3/bn/beta', 'encode_img.21.bias'],
  ['conditional_head/conditional/joint/conv/kernel', 'get_cond_logits.outlogits.0.weight'],
  ['conditional_head/conditional/out/bias', 'get_cond_logits.outlogits.3.bias'],
  ['unconditional_head/unconditional/out/kernel', 'get_uncond_logits.outlogits.0.weight'],
  ['unconditional_head/unconditional/out/bias', 'get_uncond_logits.outlogits.0.bias'],
] as const;

/** A kernel `[height, width, in, out]` as PyTorch has it; other weights as they are. */
function official(values: Float32Array, shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...values];
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
  const at = (o: number, i: number, y: number, x: number) =>
    values[((y * width + x) * inputs + i) * outputs + o] ?? Number.NaN;
  const range = (size: number) => [...Array(size).keys()];
  return range(outputs).flatMap((o) =>
    range(inputs).flatMap((i) => range(height).flatMap((y) => range(width).map((x) => at(o, i, y, x)))),
  );
}

describe('exportWeights', () => {
  it('writes an AttnGAN that comes back as the same bundle of sizes', async () => {
    const { path: run } = await attngan();
    const out = join(temporaryFolder(), 'weights');
    const before = tf.memory().numTensors;
    const report = await exportWeights({ run, out });
    expect(tf.memory().numTensors).toBe(before);
    expect(report.step).toBe(4);
    expect(report.withoutDiscriminators).toBeUndefined();
    const files = ['netG', 'netD0', 'netD1', 'text_encoder', 'image_heads'];
    expect(report.networks.map(({ name }) => name)).toEqual(files);
    for (const { name } of report.networks) {
      const stored = readSafetensors(readFileSync(join(out, `${name}.safetensors`)), name).tensors;
      expect([...readStateDict(readFileSync(join(out, `${name}.pth`)))].sort()).toEqual([...stored].sort());
    }
    const { generator } = attnganOptions(MICRO_ATTNGAN);
    const imported = await importModel({
      generator: join(out, 'netG.pth'),
      textEncoder: join(out, 'text_encoder.safetensors'),
      vocabulary: join(out, 'vocabulary.json'),
      out: join(out, '..', 'bundle'),
    });
    const { conditionDim, zDim, baseWidth, residualBlocks, branches } = generator;
    expect(imported.generator).toMatchObject({ conditionDim, zDim, baseWidth, residualBlocks, branches });
  });

  it.each([
    [
      'stackgan',
      () => runFolder(MICRO_STACKGAN, new Stage1Trainer(stage1Options(MICRO_STACKGAN), new RandomStream(1))),
    ],
    [
      'stackgan-pp',
      () =>
        runFolder(
          MICRO_STACKGAN_PP,
          new StackganPlusPlusTrainer(stackganPlusPlusOptions(MICRO_STACKGAN_PP), new RandomStream(1)),
        ),
    ],
  ])('writes a %s whose names tell what it is', async (architecture, make) => {
    const { path: run } = await make();
    const out = join(temporaryFolder(), 'weights');
    await exportWeights({ run, out });
    expect(readdirSync(out)).toContain('netG.pth');
    expect(detectPart(readStateDict(readFileSync(join(out, 'netG.pth'))))).toMatchObject({ architecture });
  });

  it.each([
    ['stackgan', stackgan],
    ['stackgan-pp', stackganPlusPlus],
    ['attngan', attngan],
  ] as const)(
    'writes the discriminators of a %s under official names, with the weights of its checkpoint',
    async (architecture, make) => {
      const folder = await make();
      const out = join(temporaryFolder(), 'weights');
      await exportWeights({ run: folder.path, out });
      const checkpoint = join(folder.main.checkpoints, '4', 'weights.safetensors');
      const trained = readSafetensors(readFileSync(checkpoint)).tensors;
      for (const [ours, file, name] of PLACES[architecture]) {
        const tensors = readStateDict(readFileSync(join(out, `${file}.pth`)));
        expect(detectPart(tensors)).toEqual({ kind: 'discriminator' });
        const weight = trained.get(ours);
        const expected = weight?.dtype === 'F32' ? official(weight.data, weight.shape) : undefined;
        expect([...(tensors.get(name)?.data ?? [])]).toEqual(expected);
      }
    },
  );

  it("writes Stage-II's discriminator, not Stage-I's, once Stage-II has a checkpoint", async () => {
    const folder = await stackganOfTwoStages();
    const out = join(temporaryFolder(), 'weights');
    const before = tf.memory().numTensors;
    const report = await exportWeights({ run: folder.path, out });
    expect(tf.memory().numTensors).toBe(before);
    expect(report).toMatchObject({ step: 6, withoutDiscriminators: undefined });
    expect(report.networks.map(({ name }) => name)).toEqual(['netG', 'netD', 'text_encoder']);
    const trained = readSafetensors(
      readFileSync(join(folder.stage2.checkpoints, '6', 'weights.safetensors')),
    ).tensors;
    const tensors = readStateDict(readFileSync(join(out, 'netD.pth')));
    expect(detectPart(tensors)).toEqual({ kind: 'discriminator' });
    for (const [ours, name] of STAGE2_PLACES) {
      const weight = trained.get(ours);
      const expected = weight?.dtype === 'F32' ? official(weight.data, weight.shape) : undefined;
      expect([name, [...(tensors.get(name)?.data ?? [])]]).toEqual([name, expected]);
    }
    // Eight convolutions and a norm for all but the first, the joint one with its norm, two logits with bias.
    expect(tensors.size).toBe(8 + 7 * 4 + (1 + 4) + 2 * 2);
    const generator = detectPart(readStateDict(readFileSync(join(out, 'netG.pth'))));
    expect(generator).toMatchObject({ architecture: 'stackgan', stage: 2 });
  });

  it.each([
    ['128 pixels', { ...OFFICIAL_STAGE2, imageSize: 128 } as const, /Stage-II draws 256 pixels/],
    [
      'no unconditional head',
      {
        ...OFFICIAL_STAGE2,
        discriminator: { ...OFFICIAL_STAGE2.discriminator, unconditionalHead: false },
      },
      /Stage-II has an unconditional head/,
    ],
  ])('says why Stage-II has no discriminator: %s', async (_what, settings, reason) => {
    const { path: run } = await stackganOfTwoStages(settings);
    const report = await exportWeights({ run, out: join(temporaryFolder(), 'weights') });
    expect(report.withoutDiscriminators).toMatch(reason);
    expect(report.networks.map(({ name }) => name)).toEqual(['netG', 'text_encoder']);
  });

  it.each([
    ['spectral normalisation', () => stackganPlusPlus(MICRO_STACKGAN_PP), /no spectral normalisation/],
    [
      'a projection',
      () =>
        stackgan({
          ...OFFICIAL_STACKGAN,
          stage1: {
            ...OFFICIAL_STACKGAN.stage1,
            discriminator: { ...OFFICIAL_STACKGAN.stage1.discriminator, projectionDim: 8 },
          },
        }),
      /no projection/,
    ],
    [
      'no unconditional head',
      () => stackganPlusPlus({ ...OFFICIAL_STACKGAN_PP, unconditionalWeight: 0 }),
      /unconditional head/,
    ],
  ])('says why there are no discriminators: %s', async (_what, make, reason) => {
    const { path: run } = await make();
    const report = await exportWeights({ run, out: join(temporaryFolder(), 'weights') });
    expect(report.withoutDiscriminators).toMatch(reason);
    expect(report.networks.map(({ name }) => name)).toEqual(['netG', 'text_encoder']);
  });

  it('writes the best checkpoint where it is asked for, discriminators too', async () => {
    const folder = await stackgan();
    const best = new Stage1Trainer(stage1Options(OFFICIAL_STACKGAN), new RandomStream(2));
    await saveBestCheckpoint(folder.main.checkpoints, { step: 3, trainedSeconds: 1 }, best.variables);
    best.dispose();
    const out = join(temporaryFolder(), 'weights');
    const kernels = async (checkpoint: 'last' | 'best') => {
      const { step } = await exportWeights({ run: folder.path, out, checkpoint });
      const { tensors } = readSafetensors(readFileSync(join(out, 'netD.safetensors')));
      return { step, kernel: tensors.get('encode_img.0.weight')?.data };
    };
    const [last, chosen] = [await kernels('last'), await kernels('best')];
    expect([last.step, chosen.step]).toEqual([4, 3]);
    expect(chosen.kernel).not.toEqual(last.kernel);
    await expect(exportWeights({ run: folder.path, out, checkpoint: 7 })).rejects.toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_INVALID' }),
    );
  });

  it('refuses a folder without a run, and leaves nothing', async () => {
    const folder = temporaryFolder();
    await expect(exportWeights({ run: folder, out: join(folder, 'weights') })).rejects.toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_INVALID' }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!hasTorch)(
    `PyTorch loads what was written${withoutTorch}`,
    async () => {
      const { path: run } = await attngan();
      const out = join(temporaryFolder(), 'weights');
      const { networks } = await exportWeights({ run, out });
      const load =
        'import sys, torch; print(sum(v.numel() for v in torch.load(sys.argv[1], weights_only=True).values()))';
      for (const { name, parameters } of networks) {
        const { stdout } = spawnSync(PYTHON, ['-c', load, join(out, `${name}.pth`)], { encoding: 'utf8' });
        expect(Number(stdout)).toBe(parameters);
      }
    },
    300_000,
  );
});
