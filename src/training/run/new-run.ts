import { makeFolder } from '../../sdk/runtime/node/make-folder.js';
import { Vocabulary } from '../../sdk/text/vocabulary.js';
import type { Dataset } from '../data/dataset.js';
import { vocabularyCaptions } from '../data/draw-caption.js';
import { adoptEncoder, readTrainedEncoder, type TrainedEncoder } from './adopt-encoder.js';
import { adoptStage1, readTrainedStage1, withTrainedStage1 } from './adopt-stage1.js';
import { parseRunConfig, type RunConfig } from './config/run-config.js';
import { describeRun } from './run-dataset.js';
import type { RunFolder } from './run-folder.js';
import { writeProvenance } from './run-origins.js';
import { readVectors } from './text/read-vectors.js';
import { layWarmStart } from './warm-start.js';

/** Folders of other runs that a new one takes something from. All of it is copied: a run folder holds all it needs. */
export interface RunOrigins {
  /** Its text encoder, with all that belongs to it. */
  textEncoderFrom?: string | undefined;
  /** Of StackGAN: its Stage-I and text encoder, to train a Stage-II behind. */
  stage1From?: string | undefined;
  /** The weights of its generator and discriminators, to begin with where names and shapes agree. */
  warmStartFrom?: string | undefined;
}

/** A run that is yet to be written. */
export interface NewRun {
  config: RunConfig;
  /** @throws WordbrushError DATASET_INVALID for vectors that lack a picture. */
  check: (dataset: Dataset) => Promise<void>;
  create: (folder: RunFolder, dataset: Dataset) => Promise<void>;
}

/**
 * Reads what a new run takes from others; writes nothing yet.
 * @throws WordbrushError CONFIG_INVALID, CHECKPOINT_INVALID
 */
export async function beginRun(value: unknown, origins: RunOrigins): Promise<NewRun> {
  const { textEncoderFrom, stage1From, warmStartFrom } = origins;
  let config = parseRunConfig(value, 'the configuration');
  const stage1 = stage1From === undefined ? undefined : await readTrainedStage1(stage1From);
  if (stage1 !== undefined) config = withTrainedStage1(config, stage1);
  const encoderFrom = textEncoderFrom ?? stage1From;
  const encoder = encoderFrom === undefined ? undefined : await readTrainedEncoder(encoderFrom);
  if (encoder !== undefined) {
    const source = 'the configuration with the text encoder given';
    config = parseRunConfig({ ...config, textEncoder: encoder.config }, source);
  }
  return {
    config,
    check: async ({ train }) => {
      if (config.textEncoder?.kind !== 'vectors') return;
      await readVectors(
        config.textEncoder,
        train.map(({ fileName }) => fileName),
      );
    },
    create: async (folder, dataset) => {
      await makeFolder(folder.path);
      if (encoder !== undefined) await adoptEncoder(folder, encoder);
      if (stage1 !== undefined) await adoptStage1(folder, stage1);
      if (warmStartFrom !== undefined) await layWarmStart(warmStartFrom, folder);
      await writeProvenance(folder, origins);
      // The configuration comes last: it says that the folder holds a run.
      await folder.create(config, vocabularyOf(config, dataset, encoder), await describeRun(dataset));
    },
  };
}

function vocabularyOf(
  { captions }: RunConfig,
  dataset: Dataset,
  encoder: TrainedEncoder | undefined,
): Vocabulary {
  if (encoder !== undefined) return encoder.vocabulary;
  const texts = dataset.train.map((image) => image.captions);
  return Vocabulary.fromCaptions(vocabularyCaptions(texts, captions));
}
