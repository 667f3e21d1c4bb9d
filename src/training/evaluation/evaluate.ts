import { WordbrushError } from '../../sdk/errors.js';
import { throwIfAborted } from '../../sdk/generation/abort.js';
import type { DeviceChoice } from '../../sdk/index.js';
import type { CaptionedImage } from '../data/captioned-image.js';
import type { Dataset } from '../data/dataset.js';
import { readDatasetDescription } from '../data/dataset-description.js';
import { type ImageSet, loadImages } from '../data/load-images.js';
import { readDataset } from '../data/read-dataset.js';
import type { Split } from '../data/test-split.js';
import { LITE0_WEIGHTS_SHA256 } from '../encoders/efficientnet-lite0/load.js';
import { diversityPerPrompt, meanPairwiseDistance } from './diversity.js';
import { drawPictures } from './draw-pictures.js';
import { type EvaluatedModel, openEvaluatedModel } from './evaluated-model.js';
import {
  type Diversities,
  type Evaluation,
  type Judgement,
  MEASURES,
  type Measure,
  type SplitEvaluation,
} from './evaluation-record.js';
import { evaluationWarnings } from './evaluation-warnings.js';
import { rowsOf } from './feature-matrix.js';
import { sha256OfPictures } from './image-sets.js';
import { LITE0_SIDE, Lite0 } from './lite0-features.js';
import { colorPrompts, measureColors } from './measure-colors.js';
import { measureDistances, type RealFeatures } from './measure-distances.js';
import { measureRPrecision } from './measure-r-precision.js';
import { nearestTrainingPictures, summarizeNearest } from './nearest-training-picture.js';
import type { Progress } from './progress.js';
import { type CaptionChoice, captionPool, type PromptSample, sampleCaptions } from './sample-captions.js';
import { Scorer } from './scorer.js';

export interface EvaluateOptions extends Progress {
  /** Bundle to evaluate: a folder, an archive or a URL. */
  model: string;
  /** Data set that it was trained on, or one like it. */
  data: string;
  /** Bundles whose DAMSM judges beside the model's own. @default none */
  judges?: readonly string[];
  splits?: readonly Split[];
  /** @default all but `colors` */
  measures?: readonly Measure[];
  /** Pictures drawn for each split. @default 1000 */
  samples?: number;
  /** @default 1 */
  seed?: number;
  /** @default 'first' */
  captions?: CaptionChoice;
  /** One of the model's sizes. @default its largest up to 256 */
  size?: number | undefined;
  /** @default 'auto' */
  device?: DeviceChoice;
}

const RESIZE =
  'Real pictures: cropped to a square and brought to the drawn size as for training. Then all: bilinear between pixel centres, edges repeated, no antialiasing, to the side of the features; the judge’s own rule (triangles) to its side.';
const DIVERSITY_PROMPTS = 20;
const PICTURES_PER_PROMPT = 5;
const DEFAULT_SAMPLES = 1000;
const DEFAULT_MEASURES = MEASURES.filter((measure) => measure !== 'colors');

/** What all parts of one evaluation share. */
interface Context extends Progress {
  model: EvaluatedModel;
  dataset: Dataset;
  lite0: Lite0;
  judges: readonly { scorer: Scorer; independent: boolean }[];
  measures: ReadonlySet<string>;
  samples: number;
  seed: number;
  captions: CaptionChoice;
}

interface RealPictures {
  images: readonly CaptionedImage[];
  pictures: ImageSet;
  features: RealFeatures | undefined;
}

/**
 * Measures a bundle against a data set: draws with it through the SDK from the set's captions, and compares what came out
 * with the real pictures. TensorFlow.js must be loaded, on any backend.
 * @throws WordbrushError DATASET_INVALID, INVALID_OPTION, ABORTED, and as `loadModel()` does.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { signal, onProgress, device = 'auto', measures = DEFAULT_MEASURES } = options;
  const { samples = DEFAULT_SAMPLES, seed = 1, captions = 'first', splits = ['train', 'test'] } = options;
  throwIfAborted(signal);
  const dataset = await readDataset(options.data);
  const disposals: (() => Promise<void>)[] = [];
  try {
    const model = await openEvaluatedModel(options.model, { device, size: options.size, signal });
    disposals.push(() => model.model.dispose());
    const lite0 = await Lite0.open();
    disposals.push(() => lite0.dispose());
    const asked = new Set<string>(measures);
    const judges: { scorer: Scorer; independent: boolean }[] = [];
    const own = model.canScore ? [{ place: options.model, independent: false }] : [];
    const named = (options.judges ?? []).map((place) => ({ place, independent: true }));
    for (const { place, independent } of asked.has('r-precision') ? [...own, ...named] : []) {
      const scorer = await Scorer.open(place, device, signal);
      disposals.push(() => scorer.dispose());
      judges.push({ scorer, independent });
    }
    const context = {
      model,
      dataset,
      lite0,
      judges,
      measures: asked,
      samples,
      seed,
      captions,
      signal,
      onProgress,
    };
    return await measureAll(context, splits);
  } finally {
    for (const dispose of disposals.reverse()) await dispose();
  }
}

async function measureAll(context: Context, splits: readonly Split[]): Promise<Evaluation> {
  const { model, dataset, samples, seed, captions, measures } = context;
  const real = { train: await readReal(context, 'train'), test: await readReal(context, 'test') };
  const results: SplitEvaluation[] = [];
  for (const split of splits) {
    if (real[split].images.length > 0) results.push(await measureSplit(context, split, real));
  }
  if (results.length === 0) {
    throw new WordbrushError(
      'DATASET_INVALID',
      `Expected pictures in the split ${splits.join(' or ')}, found none.`,
    );
  }
  const diversity = measures.has('diversity') ? await measureDiversity(context, real.train) : undefined;
  const colors = measures.has('colors') ? await measureColorWords(context) : undefined;
  const { name, licence } = await readDatasetDescription(dataset.folder);
  return {
    formatVersion: 1,
    model: { name: model.name, architecture: model.architecture, sha256: model.sha256, device: model.device },
    data: { name, licence, trainPictures: dataset.train.length, testPictures: dataset.test.length },
    protocol: {
      samples,
      seed,
      captions,
      size: model.size,
      resize: RESIZE,
      features: { network: 'EfficientNet-Lite0', weightsSha256: LITE0_WEIGHTS_SHA256, side: LITE0_SIDE },
    },
    splits: results,
    ...(diversity !== undefined && { diversity }),
    ...(colors !== undefined && { colors }),
    warnings: evaluationWarnings(results, { asked: measures }),
  };
}

async function readReal(
  { model, dataset, lite0, measures, ...progress }: Context,
  split: Split,
): Promise<RealPictures> {
  const images = dataset[split];
  const { signal, onProgress } = progress;
  const pictures = await loadImages(images, {
    size: model.size,
    signal,
    onProgress: (done, total) => onProgress?.({ phase: 'read', done, total }),
  });
  const isSeen = ['distances', 'nearest', 'diversity'].some((measure) => measures.has(measure));
  const features = isSeen && images.length > 0 ? await lite0.features(pictures, progress) : undefined;
  return {
    images,
    pictures,
    features: features && { ...features, sha256: sha256OfPictures(pictures) },
  };
}

async function measureSplit(
  context: Context,
  split: Split,
  real: Readonly<Record<Split, RealPictures>>,
): Promise<SplitEvaluation> {
  const { model, lite0, measures, seed, signal, onProgress, samples: count, captions } = context;
  const { images, pictures, features: reference } = real[split];
  const all = sampleCaptions(images, { count, seed, captions });
  const samples = await readableSamples(model, all, signal);
  const drawn = await drawSamples(context, samples);
  const isSeen = measures.has('distances') || measures.has('nearest');
  const features = isSeen && drawn.count > 0 ? await lite0.features(drawn, context) : undefined;
  onProgress?.({ phase: 'distances', done: 0, total: 1 });
  const other = real[split === 'train' ? 'test' : 'train'].features;
  const distances =
    measures.has('distances') && features !== undefined && reference !== undefined
      ? measureDistances(features, reference, other, seed)
      : undefined;
  const [training, heldOut] = [real.train.features, real.test.features];
  const nearest =
    measures.has('nearest') && features !== undefined && training !== undefined && heldOut !== undefined
      ? summarizeNearest(
          nearestTrainingPictures(features.pooled, training.pooled),
          nearestTrainingPictures(heldOut.pooled, training.pooled),
        )
      : undefined;
  const pool = captionPool(images, captions);
  const judgements: Judgement[] = [];
  for (const { scorer, independent } of model.model.conditional ? context.judges : []) {
    const judged = { samples, drawn, real: pictures, pool };
    const judgement = await measureRPrecision(scorer, judged, { seed, independent, signal, onProgress });
    if (judgement !== undefined) judgements.push(judgement);
  }
  return {
    split,
    pictures: images.length,
    samples: samples.length,
    unreadablePrompts: all.length - samples.length,
    ...(distances !== undefined && { distances }),
    rPrecision: judgements,
    ...(nearest !== undefined && { nearest }),
  };
}

/** The samples whose prompts the model can read. */
async function readableSamples(
  model: EvaluatedModel,
  samples: readonly PromptSample[],
  signal: AbortSignal | undefined,
): Promise<PromptSample[]> {
  const readable = await model.readable(
    samples.map(({ prompt }) => prompt),
    signal,
  );
  return readable.flatMap((place) => samples[place] ?? []);
}

function drawSamples(
  { model, signal, onProgress }: Context,
  samples: readonly { prompt: string; seed: number }[],
): Promise<ImageSet> {
  const { conditional } = model.model;
  const requests = samples.map(({ prompt, seed }) => ({ prompt: conditional ? prompt : undefined, seed }));
  return drawPictures(model.model, requests, { size: model.size, signal, onProgress });
}

/** Several pictures of the same prompts, and one of each beside the real training pictures. */
async function measureDiversity(context: Context, train: RealPictures): Promise<Diversities | undefined> {
  const { model, lite0, seed, captions, signal } = context;
  const count = Math.min(DIVERSITY_PROMPTS, train.images.length);
  const all = sampleCaptions(train.images, { count, seed, captions });
  const prompts = await readableSamples(model, all, signal);
  if (prompts.length < 2 || train.features === undefined || train.features.pooled.count < 2) return undefined;
  const several = prompts.flatMap((sample, index) =>
    Array.from({ length: PICTURES_PER_PROMPT }, (_, k) => ({
      ...sample,
      seed: seed + index * PICTURES_PER_PROMPT + k,
    })),
  );
  const { pooled } = await lite0.features(await drawSamples(context, several), context);
  return {
    perPrompt: diversityPerPrompt(pooled, PICTURES_PER_PROMPT),
    acrossDrawn: meanPairwiseDistance(
      rowsOf(
        pooled,
        prompts.map((_, index) => index * PICTURES_PER_PROMPT),
      ),
    ),
    acrossReal: meanPairwiseDistance(train.features.pooled),
  };
}

async function measureColorWords(context: Context): Promise<Evaluation['colors']> {
  const { model, seed, signal } = context;
  if (!model.model.conditional) return undefined;
  const all = colorPrompts();
  const readable = await model.readable(
    all.map(({ prompt }) => prompt),
    signal,
  );
  const prompts = readable.flatMap((place) => all[place] ?? []);
  if (prompts.length === 0) return undefined;
  const drawn = await drawSamples(
    context,
    prompts.map(({ prompt }, index) => ({ prompt, seed: seed + index })),
  );
  return measureColors(prompts, drawn);
}
