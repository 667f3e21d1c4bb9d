import { basename, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Precision } from '../../../tools/export/index.js';
import type { Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import type { CheckpointState } from '../run/checkpoint.js';
import type { CheckpointChoice } from '../run/checkpoint-places.js';
import type { DrawingConfig, RunConfig } from '../run/config/run-config.js';
import { type RunDataset, RunFolder } from '../run/run-folder.js';
import type { GraphReport } from './export-bundle.js';
import { exportScorer } from './export-scorer.js';
import { modelCard } from './model-card.js';
import { loadRunGenerator } from './run-generator.js';
import { loadRunScoring, loadRunText } from './run-text.js';

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
    return { step, graphs, bytes: totalBytes(graphs) };
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
    const training = trainingOf(config, generator.state, generator.batchSize, dataset);
    const graphs = await generator.write({
      out,
      text,
      scoring,
      precision,
      training,
      card: modelCard({ name: basename(resolve(out)), config, training, dataset, retrieval }),
      selfTestPrompt: text === undefined ? undefined : (dataset.examples[0] ?? ''),
      verificationSeed: config.seed,
    });
    return { step: generator.state.step, graphs, bytes: totalBytes(graphs) };
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

function trainingOf(
  config: DrawingConfig,
  state: CheckpointState,
  batchSize: number,
  { name, licence, source, trainPictures }: RunDataset,
): Manifest['training'] {
  return {
    dataset: name,
    licence,
    preset: config.preset,
    steps: state.step,
    seed: config.seed,
    batchSize,
    trainedSeconds: Math.round(state.trainedSeconds),
    pictures: trainPictures,
    ...(source !== undefined && { source }),
  };
}
