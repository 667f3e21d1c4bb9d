import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { manifestSchema } from '../../../src/sdk/bundle/index.js';
import { loadModel } from '../../../src/sdk/index.js';
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
import type { Evaluation } from '../../../src/training/evaluation/evaluation-record.js';
import { modelSha256 } from '../../../src/training/evaluation/model-sha256.js';
import { writeResultsIntoCard } from '../../../src/training/evaluation/write-card.js';
import { exportRun } from '../../../src/training/export/export-run.js';
import { saveCheckpoint } from '../../../src/training/run/checkpoint.js';
import { attnganOptions } from '../../../src/training/run/config/attngan-config.js';
import type { RunConfig } from '../../../src/training/run/config/run-config.js';
import { stage1Options, stage2Options } from '../../../src/training/run/config/stackgan-config.js';
import { stackganPlusPlusOptions } from '../../../src/training/run/config/stackgan-pp-config.js';
import { RunFolder } from '../../../src/training/run/run-folder.js';
import type { Trainer } from '../../../src/training/trainer.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { tinyEvaluation } from '../evaluation/tiny-evaluation.js';
import {
  MICRO_ATTNGAN,
  MICRO_CHAR_CNN_RNN,
  MICRO_CONTRASTIVE,
  MICRO_STACKGAN,
  MICRO_STACKGAN_PP,
  MICRO_STAGE2,
} from '../run/micro-configs.js';
import { randomize } from './micro-models.js';

beforeAll(() => loadTensorFlow());

const { preset, seed, captions, checkpointEverySteps, keepCheckpoints, textEncoder } = MICRO_ATTNGAN;
if (textEncoder?.kind !== 'damsm') throw new TypeError('Expected the micro AttnGAN to have DAMSM.');
const MICRO_DAMSM_RUN: RunConfig = {
  architecture: 'damsm',
  preset,
  dataset: null,
  seed,
  captions,
  checkpointEverySteps,
  keepCheckpoints,
  textEncoder,
};

const vocabulary = Vocabulary.fromCaptions(['a red heart', 'a blue car']);

/** A run as training leaves it, of models that have not made a step. */
async function runFolder(config: RunConfig): Promise<RunFolder> {
  const folder = new RunFolder(join(temporaryFolder(), 'run'));
  const counts = { trainPictures: 2, testPictures: 1 };
  await folder.create(config, vocabulary, {
    name: 'two',
    licence: 'MIT',
    examples: ['a red heart'],
    ...counts,
  });
  const { textEncoder } = config;
  if (textEncoder === null || textEncoder.kind === 'vectors') return folder;
  const encoder =
    textEncoder.kind === 'char-cnn-rnn'
      ? buildCharCnnRnn(textEncoder)
      : buildBiLstm({ ...textEncoder, vocabularySize: vocabulary.size });
  randomize(encoder, 1, textEncoder.kind === 'char-cnn-rnn' ? 0.05 : 0.5);
  await folder.saveTextEncoder(variablesOf(encoder), { train: 1, test: 1 });
  encoder.dispose();
  if (textEncoder.kind === 'damsm') {
    const widths = { mapChannels: REGION_FEATURES, pooledDim: POOLED_FEATURES };
    const heads = buildImageHeads({ ...widths, embeddingDim: textEncoder.sentenceDim });
    await folder.saveImageHeads(variablesOf(heads));
    heads.dispose();
  }
  return folder;
}

async function save<Batch>(checkpoints: string, trainer: Trainer<Batch>, step: number): Promise<void> {
  await saveCheckpoint(checkpoints, { step, trainedSeconds: 5 }, trainer.variables);
  trainer.dispose();
}

/** Exports, and looks that nothing of it is left in memory. */
async function exportOf({ path: run }: RunFolder, options: { scoring?: boolean; precision?: 'fp16' } = {}) {
  const out = join(temporaryFolder(), 'bundle');
  const before = tf.memory().numTensors;
  const report = await exportRun({ run, out, ...options });
  expect(tf.memory().numTensors).toBe(before);
  return { out, report };
}

describe('the bundle of a run', () => {
  it('of AttnGAN draws, attends to words and scores', async () => {
    const folder = await runFolder(MICRO_ATTNGAN);
    const options = { ...attnganOptions(MICRO_ATTNGAN), similarity: undefined };
    await save(folder.main.checkpoints, new AttnganTrainer(options, new RandomStream(1)), 4);
    const { out, report } = await exportOf(folder);
    expect(report.step).toBe(4);
    expect(report.graphs.map(({ file }) => file)).toEqual([
      'text-encoder.onnx',
      'stage-1.onnx',
      'stage-2.onnx',
      'image-encoder.onnx',
      'matcher.onnx',
    ]);
    await using model = await loadModel(out);
    expect(model.info()).toMatchObject({
      architecture: 'attngan',
      sizes: [64, 128],
      canScore: true,
      maxWords: MICRO_ATTNGAN.maxLength,
    });
    const [image] = (await model.generate('red heart', { seed: 3 })).images;
    if (image === undefined) throw new Error('nothing was drawn');
    const { score, words } = await model.score(image, 'red heart');
    expect(Math.abs(score)).toBeLessThanOrEqual(1);
    expect(words.map(({ regions }) => regions?.side)).toEqual([4, 4]);
    expect(await readFile(join(out, 'MODEL_CARD.md'), 'utf8')).toContain('AttnGAN');
    const drawing = await exportOf(folder, { scoring: false });
    expect(drawing.report.graphs.map(({ file }) => file)).not.toContain('matcher.onnx');
  });

  it('of StackGAN has both stages, and Stage-I alone before Stage-II was begun', async () => {
    const config = { ...MICRO_STACKGAN, stage2: MICRO_STAGE2 };
    const folder = await runFolder(config);
    const stage1 = new Stage1Trainer(stage1Options(config), new RandomStream(1));
    const options = stage2Options(config, MICRO_STAGE2);
    const stage2 = new Stage2Trainer(options, stage1.generator, new RandomStream(2));
    await saveCheckpoint(folder.stage2.checkpoints, { step: 2, trainedSeconds: 5 }, stage2.variables);
    await save(folder.main.checkpoints, stage1, 8);
    for (const variable of stage2.variables.values()) if (!variable.isDisposed) variable.dispose();
    const both = await exportOf(folder);
    await using model = await loadModel(both.out);
    expect(model.info()).toMatchObject({ sizes: [64, MICRO_STAGE2.imageSize], noise: { epsCount: 2 } });
    expect(model.info().training).toMatchObject({ steps: 2, dataset: 'two' });
    await rm(folder.stage2.path, { recursive: true });
    const alone = await exportOf(folder, { precision: 'fp16' });
    await using first = await loadModel(alone.out);
    expect(first.info()).toMatchObject({ sizes: [64], precision: 'fp16', training: { steps: 8 } });
  });

  it('keeps the results of the same model when it is written again, and drops those of another', async () => {
    const folder = await runFolder(MICRO_STACKGAN);
    await save(
      folder.main.checkpoints,
      new Stage1Trainer(stage1Options(MICRO_STACKGAN), new RandomStream(1)),
      8,
    );
    const { out, report } = await exportOf(folder);
    expect(report.evaluation).toBe('none');
    const readText = (name: string) => readFile(join(out, name), 'utf8');
    const manifest = manifestSchema.parse(JSON.parse(await readText('manifest.json')));
    expect(manifest.training).toMatchObject({
      damsmWeight: 0,
      textEncoderSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const evaluation: Evaluation = {
      ...tinyEvaluation(modelSha256(manifest)),
      warnings: ['a warning of this evaluation'],
    };
    await writeResultsIntoCard(out, evaluation);
    const again = await exportRun({ run: folder.path, out });
    expect(again.evaluation).toBe('kept');
    expect(await readText('MODEL_CARD.md')).toContain('a warning of this evaluation');
    expect(JSON.parse(await readText('evaluation.json'))).toEqual(evaluation);
    const other = await exportRun({ run: folder.path, out, precision: 'fp16' });
    expect(other.evaluation).toBe('dropped');
    expect(await readText('MODEL_CARD.md')).toContain('## Measured\n\nNot yet');
    await expect(readText('evaluation.json')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of StackGAN++ reads characters, or nothing at all', async () => {
    const ofCharacters = { ...MICRO_STACKGAN_PP, textEncoder: MICRO_CHAR_CNN_RNN };
    const ofNoise = { ...MICRO_STACKGAN_PP, textEncoder: null, text: null };
    for (const config of [ofCharacters, ofNoise]) {
      const folder = await runFolder(config);
      const trainer = new StackganPlusPlusTrainer(stackganPlusPlusOptions(config), new RandomStream(1));
      await save(folder.main.checkpoints, trainer, 4);
      const { out } = await exportOf(folder);
      await using model = await loadModel(out, { conditional: false }).catch(() => loadModel(out));
      expect(model.conditional).toBe(config === ofCharacters);
      expect(model.info().sizes).toEqual([64, 128]);
    }
  });

  it('of DAMSM alone scores, and draws nothing', async () => {
    const folder = await runFolder(MICRO_DAMSM_RUN);
    const { out, report } = await exportOf(folder);
    expect(report.graphs.map(({ file }) => file)).toEqual([
      'text-encoder.onnx',
      'image-encoder.onnx',
      'matcher.onnx',
    ]);
    await using model = await loadModel(out);
    expect(model.info()).toMatchObject({ architecture: 'damsm', sizes: [], canScore: true });
    const white = { data: new Uint8Array(64 * 64 * 4).fill(255), width: 64, height: 64 };
    const { scores } = await model.rank([white], ['red heart', 'blue car']);
    expect(scores[0]?.every((score) => Math.abs(score) <= 1)).toBe(true);
    await expect(model.generate('red heart')).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('only scores'),
    });
    expect(await model.selfTest()).toBeUndefined();
    expect(await readFile(join(out, 'MODEL_CARD.md'), 'utf8')).toContain('It draws nothing');
  });

  it('needs a run that trains a generator, with a text encoder and a checkpoint', async () => {
    const out = join(temporaryFolder(), 'none');
    const exportFrom = ({ path: run }: { path: string }) => exportRun({ run, out });
    await expect(exportFrom({ path: join(out, 'missing') })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
    });
    const young = await runFolder({ ...MICRO_STACKGAN, textEncoder: MICRO_CONTRASTIVE });
    await expect(exportFrom(young)).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringContaining('found none'),
    });
    const vectors = { kind: 'vectors', file: 'x.npy', sentenceDim: 16 } as const;
    const foreign = await runFolder({ ...MICRO_STACKGAN, textEncoder: vectors });
    const options = stage1Options({ ...MICRO_STACKGAN, textEncoder: vectors });
    await save(foreign.main.checkpoints, new Stage1Trainer(options, new RandomStream(1)), 1);
    await expect(exportFrom(foreign)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
