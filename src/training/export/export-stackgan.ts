import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { FORMAT_VERSION, type Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import { TOKENIZER } from '../../sdk/text/index.js';
import { Stage1Trainer } from '../architectures/stackgan/stage1-trainer.js';
import { buildBiLstm } from '../encoders/bi-lstm/bi-lstm.js';
import { type CheckpointState, loadLatestCheckpoint } from '../run/checkpoint.js';
import { type StackganConfig, stage1Options } from '../run/config.js';
import { randomStream } from '../run/random-streams.js';
import { RunFolder } from '../run/run-folder.js';
import { variablesOf } from '../weights/named-variables.js';
import { variablesFromBytes } from '../weights/variable-files.js';
import { exportImageStage, exportTextEncoder } from './export-graphs.js';
import { modelCard } from './model-card.js';
import { writeBundle } from './write-bundle.js';

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

const STAGE_SIZE = 64;
const STAGE_FILE = 'stage-1.onnx';
const TEXT_ENCODER_FILE = 'text-encoder.onnx';
const VOCABULARY_FILE = 'vocabulary.json';
const CARD_FILE = 'MODEL_CARD.md';

/**
 * Writes the newest checkpoint of a StackGAN run as a bundle: text encoder and Stage-I with averaged weights as ONNX,
 * each compared with TensorFlow.js in ONNX Runtime, vocabulary, card and manifest.
 * @throws WordbrushError CHECKPOINT_INVALID, CONFIG_INVALID, WEIGHTS_INVALID, EXPORT_MISMATCH, OUTPUT_NOT_WRITABLE
 */
export async function exportStackgan({ run, out }: ExportStackganOptions): Promise<ExportReport> {
  const folder = new RunFolder(run);
  const config = await folder.readConfig();
  const vocabulary = await folder.readVocabulary();
  const dataset = await folder.readDataset();
  const retrieval = await folder.readRetrieval();

  const textEncoder = await exportedTextEncoder(folder, config, vocabulary.size);
  const { stage, state } = await exportedStage(folder, config);
  const training = trainingOf(config, state, dataset);
  const files = new Map<string, Uint8Array | string>([
    [TEXT_ENCODER_FILE, textEncoder.bytes],
    [STAGE_FILE, stage.bytes],
    [VOCABULARY_FILE, `${JSON.stringify(vocabulary)}\n`],
    [CARD_FILE, modelCard({ name: basename(resolve(out)), training, dataset, retrieval })],
  ]);
  const selfTestPrompt = dataset.examples[0] ?? '';
  await writeBundle(out, {
    manifest: manifestOf(basename(resolve(out)), config, training),
    files,
    selfTestPrompt,
  });
  return {
    step: state.step,
    textEncoderDifference: textEncoder.verification.maxAbsoluteDifference,
    stageDifference: stage.verification.maxAbsoluteDifference,
    bytes: textEncoder.bytes.length + stage.bytes.length,
  };
}

async function exportedTextEncoder(folder: RunFolder, config: StackganConfig, vocabularySize: number) {
  const { embeddingDim, sentenceDim, normalizeSentence, maxLength } = config.textEncoder;
  const textEncoder = buildBiLstm({ vocabularySize, embeddingDim, sentenceDim, normalizeSentence });
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
  variablesFromBytes(variablesOf(textEncoder), bytes, folder.textEncoderFile);
  const random = randomStream(config.seed, 'export', 0);
  const graph = await exportTextEncoder({ textEncoder, vocabularySize, sentenceDim, maxLength, random });
  textEncoder.dispose();
  return graph;
}

async function exportedStage(folder: RunFolder, config: StackganConfig) {
  const trainer = new Stage1Trainer(
    stage1Options(config.stage1, config.textEncoder.sentenceDim),
    randomStream(config.seed, 'stage1', 0),
  );
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
  const random = randomStream(config.seed, 'export', 1);
  const stage = await exportImageStage(trainer.generator.imageModel, 'stage_1', random);
  trainer.dispose();
  return { stage, state };
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

function manifestOf(name: string, config: StackganConfig, training: Manifest['training']) {
  const { sentenceDim, maxLength } = config.textEncoder;
  const { zDim, conditionDim } = config.stage1.generator;
  return {
    formatVersion: FORMAT_VERSION,
    name,
    architecture: 'stackgan',
    conditional: true,
    stages: [{ file: STAGE_FILE, size: STAGE_SIZE, inputs: ['sentence', 'z', 'eps'], outputs: ['image'] }],
    textEncoder: {
      file: TEXT_ENCODER_FILE,
      inputs: ['token_ids', 'lengths'],
      outputs: ['words', 'sentence'],
      wordDim: sentenceDim,
      sentenceDim,
    },
    tokenizer: { ...TOKENIZER, vocabularyFile: VOCABULARY_FILE, maxLength, unknownWords: 'drop' },
    noise: { zDim, epsDim: conditionDim },
    precision: 'fp32',
    training,
    card: CARD_FILE,
  } satisfies Omit<Manifest, 'files' | 'selfTest'>;
}
