import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Precision } from '../../../tools/export/index.js';
import type { Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import { EVALUATION_FILE } from '../evaluation/write-evaluation.js';
import type { CheckpointChoice } from '../run/checkpoint-places.js';
import { reconstructionWeights } from '../run/config/reconstruction-weights.js';
import type { DrawingConfig, RunConfig } from '../run/config/run-config.js';
import { type RunDataset, RunFolder } from '../run/run-folder.js';
import { encoderHashes } from './encoder-hashes.js';
import type { GraphReport } from './export-bundle.js';
import { exportScorer } from './export-scorer.js';
import { modelCard } from './model-card.js';
import { loadRunGenerator } from './run-generator.js';
import { loadRunScoring, loadRunText } from './run-text.js';
import { type ExportedPhase, readTrainingRecord, type TrainingRecord } from './training-record.js';

export interface ExportRunOptions {
  /** Folder of a training run with at least one checkpoint. */
  run: string;
  /** Folder of the bundle; a bundle that is there is replaced. */
  out: string;
  /** How weights are stored. @default 'fp32' */
  precision?: Precision | undefined;
  /** Which checkpoint of the generator, by step too. @default 'last' */
  checkpoint?: CheckpointChoice | undefined;
  /** Whether image encoder and matcher go with it, to score with. @default true, where the text encoder is DAMSM's */
  scoring?: boolean | undefined;
}

export interface ExportReport {
  /** The checkpoint that was exported. */
  step: number;
  graphs: GraphReport[];
  /** Size of all graphs. */
  bytes: number;
  /**
   * What became of the results that `wordbrush evaluate` had left in the bundle that was there: `kept`, since it had the
   * same model to the byte, `dropped`, since they were of another one, or `none`.
   */
  evaluation: 'kept' | 'dropped' | 'none';
}

/**
 * Writes a checkpoint of a run, the newest where none is chosen, as a bundle: its generator with averaged weights, text
 * encoder, and the image encoder and matcher of DAMSM, as ONNX, each compared with TensorFlow.js in ONNX Runtime;
 * vocabulary, card and manifest.
 * A run of DAMSM alone becomes a bundle that scores and draws nothing.
 * @throws WordbrushError CHECKPOINT_INVALID, CONFIG_INVALID, WEIGHTS_INVALID, EXPORT_MISMATCH, PACKAGE_MISSING,
 * OUTPUT_NOT_WRITABLE
 */
export async function exportRun(options: ExportRunOptions): Promise<ExportReport> {
  const { run, out, precision, scoring: withScoring = true } = options;
  const folder = new RunFolder(run);
  const written = await folder.readConfig();
  if (written.architecture === 'damsm') {
    const { step, graphs } = await exportScorer(written, folder, { out, precision });
    return { step, graphs, bytes: totalBytes(graphs), evaluation: 'none' };
  }
  const config = requireDrawing(written);
  const dataset = await folder.readDataset();
  const disposals: (() => unknown)[] = [];
  try {
    const generator = await loadRunGenerator(config, folder, options.checkpoint);
    disposals.push(() => tf.dispose([...generator.variables.values()]));
    const text = await loadRunText(config, folder);
    disposals.push(() => text?.encoder.dispose());
    const scoring = withScoring ? await loadRunScoring(config, folder) : undefined;
    disposals.push(() => [scoring?.imageEncoder.trunk.dispose(), scoring?.imageEncoder.heads.dispose()]);
    const retrieval = text === undefined ? undefined : await folder.readRetrieval();
    const record = await readTrainingRecord(config, folder, generator.phases);
    const encoders = await encoderHashes(config, folder);
    const training = { ...trainingOf(record, generator.phases, dataset), ...encoders };
    const measuredBefore = await isMeasured(out);
    const graphs = await generator.write({
      out,
      text,
      scoring,
      precision,
      training,
      card: modelCard({ name: basename(resolve(out)), sizes: generator.sizes, record, dataset, retrieval }),
      selfTestPrompt: text === undefined ? undefined : (dataset.examples[0] ?? ''),
      verificationSeed: config.seed,
    });
    const evaluation = !measuredBefore ? 'none' : (await isMeasured(out)) ? 'kept' : 'dropped';
    return { step: training.steps, graphs, bytes: totalBytes(graphs), evaluation };
  } finally {
    for (const dispose of disposals) dispose();
  }
}

function totalBytes(graphs: readonly GraphReport[]): number {
  return graphs.reduce((sum, { bytes }) => sum + bytes, 0);
}

function requireDrawing(config: RunConfig): DrawingConfig {
  if ('sampleEverySteps' in config) return config;
  throw new WordbrushError(
    'CONFIG_INVALID',
    `Expected a run that trains a generator or DAMSM, received one of ${config.architecture}.`,
    { hint: 'Train a generator with this text encoder first.' },
  );
}

function isMeasured(bundle: string): Promise<boolean> {
  return access(join(bundle, EVALUATION_FILE)).then(
    () => true,
    () => false,
  );
}

function trainingOf(
  { config, warmStart }: TrainingRecord,
  phases: readonly [...ExportedPhase[], ExportedPhase],
  { name, licence, source, trainPictures }: RunDataset,
): Manifest['training'] {
  const { state, batchSize } = phases.at(-1) ?? phases[0];
  const seconds = phases.reduce((sum, phase) => sum + phase.state.trainedSeconds, 0);
  const reconstruction = reconstructionWeights(config).map(({ weight }) => weight);
  return {
    dataset: name,
    licence,
    preset: config.preset,
    steps: state.step,
    seed: config.seed,
    batchSize,
    trainedSeconds: Math.round(seconds),
    pictures: trainPictures,
    ...(source !== undefined && { source }),
    ...(reconstruction.length > 0 && { reconstructionWeight: Math.max(...reconstruction) }),
    ...(warmStart?.length !== 0 && { warmStart: warmStart?.map(({ run }) => run) ?? 'unknown' }),
    damsmWeight: config.architecture === 'attngan' ? (config.similarity?.weight ?? 0) : 0,
  };
}
