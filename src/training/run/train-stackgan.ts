import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import { Vocabulary } from '../../sdk/text/vocabulary.js';
import { readDatasetDescription } from '../data/dataset-description.js';
import { vocabularyCaptions } from '../data/draw-caption.js';
import { type CaptionedImage, type ImageFolder, readImageFolder } from '../data/image-folder.js';
import { loadImages } from '../data/load-images.js';
import { imageFeatures } from '../encoders/efficientnet-lite0/image-features.js';
import { loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import { checkpointSteps } from './checkpoint.js';
import { parseStackganConfig, type StackganConfig } from './config.js';
import { type RunDataset, RunFolder } from './run-folder.js';
import { stage1Phase } from './stage1-phase.js';
import { type FeatureSplits, type SplitFeatures, textEncoderPhase } from './text-encoder-phase.js';
import type { TrainEvent } from './train-events.js';

export interface TrainStackganOptions {
  config: StackganConfig;
  /** Image folder with `metadata.jsonl`. */
  data: string;
  /** Folder of the run. */
  out: string;
  /** Go on with the run that `out` holds, under the configuration that it has. */
  resume?: boolean;
  /** Train up to this step at most, whatever the configuration says. */
  steps?: number | undefined;
  onEvent?: (event: TrainEvent) => void;
  /** When aborted, training stops after the step under way with a checkpoint. */
  signal?: AbortSignal | undefined;
}

/** Pixels. */
const STAGE1_SIDE = 64;
/** Pixels: the size that EfficientNet-Lite0 was trained at. */
const TRUNK_SIDE = 224;

/** How far a call of {@link trainStackgan} came. */
export interface TrainOutcome {
  /** False when the signal stopped it before the last step. */
  finished: boolean;
  /** The step of the newest checkpoint; undefined before there is one. */
  checkpointStep: number | undefined;
}

/**
 * Trains the text encoder, then Stage-I, on the training split of a data set. TensorFlow.js must have a backend.
 * Nothing is written before configuration and data are known to be sound.
 * @throws WordbrushError RUN_EXISTS, CHECKPOINT_INVALID, CONFIG_INVALID, DATASET_INVALID, WEIGHTS_INVALID,
 * OUTPUT_NOT_WRITABLE, TRAINING_DIVERGED
 */
export async function trainStackgan(options: TrainStackganOptions): Promise<TrainOutcome> {
  const { data, out, signal, resume = false, onEvent = () => undefined } = options;
  const folder = new RunFolder(out);
  await requireResumable(folder, resume);
  const dataset = await readTrainableFolder(data);
  const { length: trainPictures } = dataset.train;
  onEvent({
    type: 'data',
    message: `${trainPictures} pictures to train on, ${dataset.test.length} held out`,
  });
  const images = await loadImages(dataset.train, { size: STAGE1_SIDE, signal });
  // Held-out pictures are needed later; one that is broken should be known now.
  await loadImages(dataset.test, { size: STAGE1_SIDE, signal });

  const captions = dataset.train.map((image) => image.captions);
  if (resume) await requireSameData(folder, dataset);
  else {
    const config = parseStackganConfig(options.config, 'the configuration');
    const vocabulary = Vocabulary.fromCaptions(vocabularyCaptions(captions, config.captions));
    await folder.create(config, vocabulary, await describeRun(dataset));
  }
  const config = limitSteps(await folder.readConfig(), options.steps);
  const vocabulary = await folder.readVocabulary();
  const common = { config, folder, vocabulary, onEvent, signal };
  const textEncoder = await textEncoderPhase({
    ...common,
    loadFeatures: () => trunkFeatures(dataset, options),
  });
  try {
    if (signal?.aborted !== true) (await stage1Phase({ ...common, textEncoder, images, captions })).dispose();
  } finally {
    textEncoder.dispose();
  }
  const checkpointStep = (await checkpointSteps(folder.stage1Checkpoints)).at(-1);
  return { finished: checkpointStep === config.stage1.steps, checkpointStep };
}

async function requireResumable(folder: RunFolder, resume: boolean): Promise<void> {
  const exists = await folder.exists();
  if (exists && !resume) {
    throw new WordbrushError('RUN_EXISTS', `Expected ${folder.path} to hold no run yet, but it does.`, {
      hint: 'Add --resume to go on with it, or name another folder.',
      details: { path: folder.path },
    });
  }
  if (!exists && resume) await folder.readConfig();
}

/** Wrong pairs are made of two pictures, so there must be two. */
const LEAST_PICTURES = 2;

async function readTrainableFolder(data: string): Promise<ImageFolder> {
  const dataset = await readImageFolder(data);
  if (dataset.train.length >= LEAST_PICTURES) return dataset;
  throw new WordbrushError(
    'DATASET_INVALID',
    `Expected at least ${LEAST_PICTURES} pictures to train on in ${dataset.folder}, received ${dataset.train.length}.`,
    {
      hint: 'Add pictures, or set "split":"train" on lines of metadata.jsonl.',
      details: { path: dataset.folder },
    },
  );
}

/** A step's pictures are found by their place in the data set: another one would not be the same run. */
async function requireSameData(folder: RunFolder, { train, test }: ImageFolder): Promise<void> {
  const { name, trainPictures, testPictures } = await folder.readDataset();
  if (trainPictures === train.length && testPictures === test.length) return;
  throw new WordbrushError(
    'DATASET_INVALID',
    `Expected the data that the run began with (${name}: ${trainPictures} pictures to train on, ${testPictures} held out), received ${train.length} and ${test.length}.`,
    { hint: 'Name that data set, or begin another run.' },
  );
}

/** How many captions a run keeps as examples: enough for a card and a self-test. */
const EXAMPLE_CAPTIONS = 8;
const EXAMPLE_CHARACTERS = 200;

async function describeRun(dataset: ImageFolder): Promise<RunDataset> {
  const spacing = Math.ceil(dataset.train.length / EXAMPLE_CAPTIONS);
  const spread = dataset.train.filter((_, index) => index % spacing === 0);
  return {
    ...(await readDatasetDescription(dataset.folder)),
    trainPictures: dataset.train.length,
    testPictures: dataset.test.length,
    examples: spread.map(({ captions: [first = ''] }) => first.slice(0, EXAMPLE_CHARACTERS)),
  };
}

/** What the image trunk says of both splits: the pictures are held at its size only while it looks at them. */
async function trunkFeatures(dataset: ImageFolder, options: TrainStackganOptions): Promise<FeatureSplits> {
  const trunk = await loadEfficientNetLite0();
  try {
    const train = await splitFeatures(trunk, dataset.train, options);
    const test = dataset.test.length > 0 ? await splitFeatures(trunk, dataset.test, options) : undefined;
    return { train, test };
  } finally {
    trunk.dispose();
  }
}

async function splitFeatures(
  trunk: tf.LayersModel,
  images: readonly CaptionedImage[],
  { onEvent, signal }: TrainStackganOptions,
): Promise<SplitFeatures> {
  const pixels = await loadImages(images, { size: TRUNK_SIDE, signal });
  const { values, count, width } = await imageFeatures(trunk, pixels, {
    onProgress: (done, total) => onEvent?.({ type: 'data', message: `image features ${done} of ${total}` }),
    signal,
  });
  return { captions: images.map((image) => image.captions), features: tf.tensor2d(values, [count, width]) };
}

function limitSteps(config: StackganConfig, steps: number | undefined): StackganConfig {
  if (steps === undefined) return config;
  return { ...config, stage1: { ...config.stage1, steps: Math.min(steps, config.stage1.steps) } };
}
