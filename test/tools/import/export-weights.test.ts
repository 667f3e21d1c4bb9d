import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { Vocabulary } from '../../../src/sdk/text/index.js';
import { AttnganTrainer } from '../../../src/training/architectures/attngan/attngan-trainer.js';
import { Stage1Trainer } from '../../../src/training/architectures/stackgan/stage1-trainer.js';
import { StackganPlusPlusTrainer } from '../../../src/training/architectures/stackgan-pp/trainer.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../../../src/training/encoders/char-cnn-rnn/char-cnn-rnn.js';
import { buildImageHeads } from '../../../src/training/encoders/damsm/image-heads.js';
import {
  POOLED_FEATURES,
  REGION_FEATURES,
} from '../../../src/training/encoders/efficientnet-lite0/architecture.js';
import { saveCheckpoint } from '../../../src/training/run/checkpoint.js';
import { attnganOptions } from '../../../src/training/run/config/attngan-config.js';
import type { RunConfig } from '../../../src/training/run/config/run-config.js';
import { stage1Options } from '../../../src/training/run/config/stackgan-config.js';
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
import { MICRO_ATTNGAN, MICRO_STACKGAN, MICRO_STACKGAN_PP } from '../../training/run/micro-configs.js';

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

const attngan = () => {
  const options = { ...attnganOptions(MICRO_ATTNGAN), similarity: undefined };
  return runFolder(MICRO_ATTNGAN, new AttnganTrainer(options, new RandomStream(1)));
};

describe('exportWeights', () => {
  it('writes an AttnGAN that comes back as the same bundle of sizes', async () => {
    const { path: run } = await attngan();
    const out = join(temporaryFolder(), 'weights');
    const before = tf.memory().numTensors;
    const report = await exportWeights({ run, out });
    expect(tf.memory().numTensors).toBe(before);
    expect(report.step).toBe(4);
    expect(report.networks.map(({ name }) => name)).toEqual(['netG', 'text_encoder', 'image_heads']);
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
