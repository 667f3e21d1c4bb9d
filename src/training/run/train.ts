import { Vocabulary } from '../../sdk/text/vocabulary.js';
import { vocabularyCaptions } from '../data/draw-caption.js';
import type { ImageFolder } from '../data/image-folder.js';
import { type ImageSet, loadImages } from '../data/load-images.js';
import { adoptEncoder, readTrainedEncoder, type TrainedEncoder } from './adopt-encoder.js';
import { imageSizesOf } from './config/image-sizes.js';
import { limitSteps } from './config/limit-steps.js';
import { parseRunConfig, type RunConfig } from './config/run-config.js';
import { trainGenerator } from './phases/train-generator.js';
import { requireResumable } from './require-resumable.js';
import { describeRun, readTrainableFolder, requireSameData } from './run-dataset.js';
import { RunFolder } from './run-folder.js';
import { classIdsOf } from './text/class-ids.js';
import { openTextSource } from './text/open-text-source.js';
import { trainTextEncoder } from './text/train-text-encoder.js';
import type { TrainEvent } from './train-events.js';
import type { PhaseContext, PhaseOutcome } from './training-phase.js';

export interface TrainOptions {
  /** A `RunConfig`; not looked at when a run is resumed. */
  config: unknown;
  /** Image folder with `metadata.jsonl`. */
  data: string;
  /** Folder of the run. */
  out: string;
  /** Go on with the run that `out` holds, under the configuration that it has. */
  resume?: boolean;
  /** Folder of a run whose trained text encoder, with all that belongs to it, is taken for this one. */
  textEncoderFrom?: string | undefined;
  /** Train generators up to this step at most, whatever the configuration says. */
  steps?: number | undefined;
  onEvent?: (event: TrainEvent) => void;
  /** When aborted, training stops after the step under way with a checkpoint. */
  signal?: AbortSignal | undefined;
}

/** How far a call of {@link train} came. */
export interface TrainOutcome {
  /** False when the signal stopped it before the last step. */
  finished: boolean;
  /** The step of the newest checkpoint of the last phase that was begun; undefined before there is one. */
  checkpointStep: number | undefined;
}

/**
 * Trains what a configuration says on the training split of a data set: the text encoder, then the generator. TensorFlow.js
 * must have a backend. Nothing is written before configuration and data are known to be sound.
 * @throws WordbrushError RUN_EXISTS, CHECKPOINT_INVALID, CONFIG_INVALID, DATASET_INVALID, WEIGHTS_INVALID,
 * PACKAGE_MISSING, OUTPUT_NOT_WRITABLE, TRAINING_DIVERGED
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  const { data, out, signal, resume = false, onEvent = () => undefined } = options;
  const folder = new RunFolder(out);
  await requireResumable(folder, resume);
  const adopted =
    resume || options.textEncoderFrom === undefined
      ? undefined
      : await readTrainedEncoder(options.textEncoderFrom);
  const config = resume ? await folder.readConfig() : newConfig(options.config, adopted);
  const dataset = await readTrainableFolder(data);
  const counts = `${dataset.train.length} pictures to train on, ${dataset.test.length} held out`;
  onEvent({ type: 'data', message: counts });
  const pictures = await loadPictures(dataset, config, signal);
  if (resume) await requireSameData(folder, dataset);
  else await createRun(folder, config, dataset, adopted);
  const context = { onEvent, signal };
  return trainPhases({ config: limitSteps(config, options.steps), folder, dataset, pictures, context });
}

interface Run {
  config: RunConfig;
  folder: RunFolder;
  dataset: ImageFolder;
  pictures: readonly ImageSet[];
  context: PhaseContext;
}

async function trainPhases(run: Run): Promise<PhaseOutcome> {
  const { config, folder, dataset, pictures, context } = run;
  const vocabulary = await folder.readVocabulary();
  const { textEncoder: encoder } = config;
  if (encoder !== null && !(await folder.hasTextEncoder())) {
    const { seed, captions, checkpointEverySteps, keepCheckpoints } = config;
    const settings = { seed, captions, checkpointEverySteps, keepCheckpoints };
    const outcome = await trainTextEncoder({ ...settings, encoder, vocabulary, folder, dataset, context });
    if (!outcome.finished) return outcome;
  }
  if (!('sampleEverySteps' in config)) {
    return { finished: true, checkpointStep: config.textEncoder.steps };
  }
  const places = { folder, vocabulary, dataset };
  const text = encoder === null ? undefined : await openTextSource(config, encoder, places);
  try {
    const setup = { folder, text, pictures, classIds: classIdsOf(dataset.train) };
    return await trainGenerator(config, setup, context);
  } finally {
    text?.dispose();
  }
}

function newConfig(value: unknown, adopted: TrainedEncoder | undefined): RunConfig {
  const config = parseRunConfig(value, 'the configuration');
  if (adopted === undefined) return config;
  return parseRunConfig(
    { ...config, textEncoder: adopted.config },
    'the configuration with that text encoder',
  );
}

/** Held-out pictures are needed later; one that is broken should be known now. */
async function loadPictures(
  { train, test }: ImageFolder,
  config: RunConfig,
  signal: AbortSignal | undefined,
): Promise<ImageSet[]> {
  const sets: ImageSet[] = [];
  for (const size of imageSizesOf(config)) sets.push(await loadImages(train, { size, signal }));
  await loadImages(test, { size: 64, signal });
  return sets;
}

async function createRun(
  folder: RunFolder,
  config: RunConfig,
  dataset: ImageFolder,
  adopted: TrainedEncoder | undefined,
): Promise<void> {
  const captions = dataset.train.map((image) => image.captions);
  const vocabulary =
    adopted?.vocabulary ?? Vocabulary.fromCaptions(vocabularyCaptions(captions, config.captions));
  if (adopted !== undefined) await adoptEncoder(folder, adopted);
  await folder.create(config, vocabulary, await describeRun(dataset));
}
