import { basename, resolve } from 'node:path';
import type { Precision } from '../../../tools/export/index.js';
import { readCheckpointState } from '../run/checkpoint.js';
import type { RunConfig } from '../run/config/run-config.js';
import type { RunFolder } from '../run/run-folder.js';
import { readProvenance } from '../run/run-origins.js';
import { encoderHashes } from './encoder-hashes.js';
import { exportBundle, type GraphReport } from './export-bundle.js';
import { loadRunScoring, loadRunText } from './run-text.js';
import { scorerCard } from './scorer-card.js';
import { textEncoderPhase } from './training-record.js';

/** Of a run that trains DAMSM alone. */
export type ScorerConfig = Extract<RunConfig, { architecture: 'damsm' }>;

export interface ScorerReport {
  /** Steps that the encoders were trained for. */
  step: number;
  graphs: GraphReport[];
}

/**
 * Writes a trained DAMSM as a bundle that scores and draws nothing: text encoder, image encoder and matcher.
 * @throws WordbrushError CHECKPOINT_INVALID before the training's end; WEIGHTS_INVALID, EXPORT_MISMATCH, PACKAGE_MISSING,
 * OUTPUT_NOT_WRITABLE
 */
export async function exportScorer(
  config: ScorerConfig,
  folder: RunFolder,
  { out, precision }: { out: string; precision: Precision | undefined },
): Promise<ScorerReport> {
  const dataset = await folder.readDataset();
  const retrieval = await folder.readRetrieval();
  const state = await readCheckpointState(folder.textEncoder.checkpoints);
  const { steps, batchSize } = config.textEncoder;
  const { name, licence, source, trainPictures } = dataset;
  const provenance = await readProvenance(folder);
  const phase = await textEncoderPhase(config, folder, provenance);
  if (phase === undefined) throw new TypeError('Expected DAMSM to have a text encoder.');
  const training = {
    dataset: name,
    licence,
    preset: config.preset,
    steps: state?.step ?? steps,
    seed: config.seed,
    batchSize,
    ...(state !== undefined && { trainedSeconds: Math.round(state.trainedSeconds) }),
    pictures: trainPictures,
    ...(source !== undefined && { source }),
    ...(await encoderHashes(config, folder)),
  };
  const text = await loadRunText(config, folder);
  try {
    const scoring = await loadRunScoring(config, folder);
    try {
      const graphs = await exportBundle(
        { architecture: 'damsm', stages: [], noise: { zDim: 0, epsDim: 0 } },
        {
          out,
          text,
          scoring,
          precision,
          training,
          card: scorerCard({ name: basename(resolve(out)), config, phase, dataset, retrieval }),
          selfTestPrompt: dataset.examples[0] ?? '',
          verificationSeed: config.seed,
        },
      );
      return { step: training.steps, graphs };
    } finally {
      scoring?.imageEncoder.trunk.dispose();
      scoring?.imageEncoder.heads.dispose();
    }
  } finally {
    text?.encoder.dispose();
  }
}
