import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import { Vocabulary } from '../../sdk/text/vocabulary.js';
import { readDatasetDescription } from '../data/dataset-description.js';
import { vocabularyCaptions } from '../data/draw-caption.js';
import { type CaptionedImage, type ImageFolder, readImageFolder } from '../data/image-folder.js';
import { type ImageSet, loadImages } from '../data/load-images.js';
import { imageFeatures } from '../encoders/efficientnet-lite0/image-features.js';
import { loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import type { StackganConfig } from './config.js';
import { type RunDataset, RunFolder } from './run-folder.js';
import { stage1Phase } from './stage1-phase.js';
import { type SplitFeatures, textEncoderPhase } from './text-encoder-phase.js';
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

/**
 * Trains the text encoder, then Stage-I, on the training split of a data set. TensorFlow.js must have a backend.
 * @throws WordbrushError RUN_EXISTS, CHECKPOINT_INVALID, CONFIG_INVALID, DATASET_INVALID, WEIGHTS_INVALID,
 * OUTPUT_NOT_WRITABLE, TRAINING_DIVERGED
 */
export async function trainStackgan(options: TrainStackganOptions): Promise<void> {
  const { data, out, signal, onEvent = () => undefined } = options;
  const folder = new RunFolder(out);
  await requireResumable(folder, options.resume ?? false);
  const dataset = await readImageFolder(data);
  const captions = dataset.train.map((image) => image.captions);
  onEvent({
    type: 'data',
    message: `${dataset.train.length} pictures to train on, ${dataset.test.length} held out`,
  });
  const images = await loadStage1Images(dataset);

  if (options.resume !== true) {
    const vocabulary = Vocabulary.fromCaptions(vocabularyCaptions(captions, options.config.captions));
    await folder.create(options.config, vocabulary, await describeRun(dataset));
  }
  const config = limitSteps(await folder.readConfig(), options.steps);
  const vocabulary = await folder.readVocabulary();
  const loadFeatures = () => trunkFeatures(dataset, options);
  const textEncoder = await textEncoderPhase({ config, folder, vocabulary, loadFeatures, onEvent, signal });
  if (signal?.aborted === true) return;
  const trainer = await stage1Phase({
    config,
    folder,
    vocabulary,
    textEncoder,
    images,
    captions,
    onEvent,
    signal,
  });
  trainer.dispose();
  textEncoder.dispose();
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

/** How many captions a run keeps as examples: enough for a card and a self-test. */
const EXAMPLE_CAPTIONS = 8;

async function describeRun(dataset: ImageFolder): Promise<RunDataset> {
  const spacing = Math.ceil(dataset.train.length / EXAMPLE_CAPTIONS);
  const spread = dataset.train.filter((_, index) => index % spacing === 0);
  return {
    ...(await readDatasetDescription(dataset.folder)),
    trainPictures: dataset.train.length,
    testPictures: dataset.test.length,
    examples: spread.map(({ captions: [first = ''] }) => first),
  };
}

async function loadStage1Images(dataset: ImageFolder): Promise<ImageSet> {
  return loadImages(dataset.train, { size: STAGE1_SIDE });
}

/** What the image trunk says of both splits: the pictures are held at its size only while it looks at them. */
async function trunkFeatures(
  dataset: ImageFolder,
  options: TrainStackganOptions,
): Promise<{ train: SplitFeatures; test: SplitFeatures | undefined }> {
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
  const pixels = await loadImages(images, { size: TRUNK_SIDE });
  const { values, count, width } = await imageFeatures(trunk, pixels, {
    onProgress: (done, total) => onEvent?.({ type: 'data', message: `image features ${done} of ${total}` }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { captions: images.map((image) => image.captions), features: tf.tensor2d(values, [count, width]) };
}

function limitSteps(config: StackganConfig, steps: number | undefined): StackganConfig {
  if (steps === undefined) return config;
  return { ...config, stage1: { ...config.stage1, steps: Math.min(steps, config.stage1.steps) } };
}
