import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import { Stage1Trainer } from '../architectures/stackgan/stage1-trainer.js';
import { buildBiLstm } from '../encoders/bi-lstm/bi-lstm.js';
import { type CheckpointState, loadLatestCheckpoint } from '../run/checkpoint.js';
import type { RunConfig } from '../run/config/run-config.js';
import { type StackganConfig, stage1Options } from '../run/config/stackgan-config.js';
import type { TextEncoderConfig } from '../run/config/text-encoder-config.js';
import { randomStream } from '../run/random-streams.js';
import { RunFolder } from '../run/run-folder.js';
import { vocabularySizeOf } from '../run/text/vocabulary-size.js';
import { variablesOf } from '../weights/named-variables.js';
import { variablesFromBytes } from '../weights/variable-files.js';
import { exportStackganGenerator } from './export-generators.js';
import { TEXT_ENCODER_FILE } from './export-text.js';
import { modelCard } from './model-card.js';

export interface ExportStackganOptions {
  /** Folder of a training run with at least one checkpoint. */
  run: string;
  /** Folder of the bundle; a bundle that is there is replaced. */
  out: string;
}

export interface ExportReport {
  /** The checkpoint that was exported. */
  step: number;
  /** Largest absolute differences between ONNX Runtime and TensorFlow.js. */
  textEncoderDifference: number;
  stageDifference: number;
  /** Size of the two graphs. */
  bytes: number;
}

const STAGE_FILE = 'stage-1.onnx';

/**
 * Writes the newest checkpoint of a StackGAN run as a bundle: text encoder and Stage-I with averaged weights as ONNX,
 * each compared with TensorFlow.js in ONNX Runtime, vocabulary, card and manifest.
 * @throws WordbrushError CHECKPOINT_INVALID, CONFIG_INVALID, WEIGHTS_INVALID, EXPORT_MISMATCH, OUTPUT_NOT_WRITABLE
 */
export async function exportStackgan({ run, out }: ExportStackganOptions): Promise<ExportReport> {
  const folder = new RunFolder(run);
  const config = requireStackgan(await folder.readConfig());
  const textEncoder = requireWords(config.textEncoder);
  const vocabulary = await folder.readVocabulary();
  const dataset = await folder.readDataset();
  const retrieval = await folder.readRetrieval();

  const encoder = await loadTextEncoder(folder, textEncoder, vocabulary.size);
  const trainer = new Stage1Trainer(stage1Options(config), randomStream(config.seed, 'stage1', 0));
  try {
    const state = await loadCheckpoint(folder, trainer);
    const training = trainingOf(config, state, dataset);
    const { maxLength } = textEncoder;
    const reports = await exportStackganGenerator(
      { stage1: trainer.generator },
      {
        out,
        text: { kind: 'words', encoder, vocabulary, maxLength },
        training,
        card: modelCard({ name: basename(resolve(out)), training, dataset, retrieval }),
        selfTestPrompt: dataset.examples[0] ?? '',
        verificationSeed: config.seed,
      },
    );
    const differenceOf = (wanted: string) =>
      reports.find(({ file }) => file === wanted)?.maxAbsoluteDifference ?? Number.NaN;
    return {
      step: state.step,
      textEncoderDifference: differenceOf(TEXT_ENCODER_FILE),
      stageDifference: differenceOf(STAGE_FILE),
      bytes: reports.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  } finally {
    encoder.dispose();
    trainer.dispose();
  }
}

type WordEncoderConfig = Extract<TextEncoderConfig, { maxLength: number }>;

function requireStackgan(config: RunConfig): StackganConfig {
  if (config.architecture === 'stackgan' && config.stage2 === null) return config;
  throw new WordbrushError(
    'CONFIG_INVALID',
    `Expected a run of Stage-I of stackgan, received one of ${config.architecture}.`,
  );
}

function requireWords(encoder: TextEncoderConfig): WordEncoderConfig {
  if ('maxLength' in encoder) return encoder;
  throw new WordbrushError(
    'CONFIG_INVALID',
    `Expected a text encoder that reads words, received "${encoder.kind}".`,
  );
}

async function loadTextEncoder(
  folder: RunFolder,
  textEncoder: WordEncoderConfig,
  vocabularySize: number,
): Promise<tf.LayersModel> {
  const bytes = await readFile(folder.textEncoderFile).catch((cause) => {
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `Expected ${folder.textEncoderFile}, but it is not there.`,
      {
        cause,
        hint: 'Let the run train on: its text encoder comes first.',
      },
    );
  });
  const encoder = buildBiLstm({
    ...textEncoder,
    vocabularySize: vocabularySizeOf(textEncoder, { size: vocabularySize }),
  });
  variablesFromBytes(variablesOf(encoder), bytes, folder.textEncoderFile);
  return encoder;
}

async function loadCheckpoint(folder: RunFolder, trainer: Stage1Trainer): Promise<CheckpointState> {
  const state = await loadLatestCheckpoint(folder.stage1Checkpoints, trainer.variables);
  if (state === undefined) {
    throw new WordbrushError(
      'CHECKPOINT_INVALID',
      `Expected a checkpoint in ${folder.stage1Checkpoints}, found none.`,
      {
        hint: 'Let the run train on until it has written one.',
      },
    );
  }
  trainer.adoptAveragedWeights();
  return state;
}

function trainingOf(
  config: StackganConfig,
  state: CheckpointState,
  dataset: { name: string; licence: string; source?: string | undefined; trainPictures: number },
): Manifest['training'] {
  const { name, licence, source, trainPictures } = dataset;
  return {
    dataset: name,
    licence,
    preset: config.preset,
    steps: state.step,
    seed: config.seed,
    batchSize: config.stage1.batchSize,
    trainedSeconds: Math.round(state.trainedSeconds),
    pictures: trainPictures,
    ...(source === undefined ? {} : { source }),
  };
}
