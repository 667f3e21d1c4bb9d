import { WordbrushError } from '../../sdk/errors.js';
import { throwIfAborted } from '../../sdk/generation/abort.js';
import type { DeviceChoice } from '../../sdk/index.js';
import { readDatasetDescription } from '../data/dataset-description.js';
import { readDataset } from '../data/read-dataset.js';
import type { Split } from '../data/test-split.js';
import { openEvaluatedModel } from './evaluated-model.js';
import { drawSamples, type EvaluationContext } from './evaluation-context.js';
import { type Evaluation, MEASURES, type Measure, type SplitEvaluation } from './evaluation-record.js';
import { evaluationWarnings } from './evaluation-warnings.js';
import { FeatureCache, featureCacheFolder } from './feature-cache.js';
import { FeatureNetwork } from './feature-network.js';
import type { InceptionGraph } from './inception-graph.js';
import { lite0Graph } from './lite0-graph.js';
import { colorPrompts, measureColors } from './measure-colors.js';
import { measureDiversity } from './measure-diversity.js';
import { measureSplit } from './measure-split.js';
import { openJudges } from './open-judges.js';
import type { Progress } from './progress.js';
import { readRealPictures } from './real-pictures.js';
import type { CaptionChoice } from './sample-captions.js';

export interface EvaluateOptions extends Progress {
  /** Bundle to evaluate: a folder, an archive or a URL. */
  model: string;
  /** Data set that it was trained on, or one like it. */
  data: string;
  /** Bundles whose DAMSM judges beside the model's own. @default none */
  judges?: readonly string[];
  /** The network of FID, from `loadFidInception` of `wordbrush/import`. @default none, and no FID */
  inception?: InceptionGraph | undefined;
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
  /** Whether what networks see in real pictures is kept in the cache folder for the next time. @default true */
  cache?: boolean;
}

const RESIZE =
  'Real pictures: cropped to a square and brought to the drawn size as for training. Then all: bilinear between pixel centres, edges repeated, no antialiasing, to the side of the features; the judge’s own rule (triangles) to its side.';
const DEFAULT_SAMPLES = 1000;
const DEFAULT_MEASURES = MEASURES.filter((measure) => measure !== 'colors');

/**
 * Measures a bundle against a data set: draws with it through the SDK from the set's captions, and compares what came out
 * with the real pictures. TensorFlow.js must be loaded, on any backend.
 * @throws WordbrushError DATASET_INVALID, INVALID_OPTION, ABORTED, and as `loadModel()` does.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { signal, onProgress, device = 'auto', cache = true } = options;
  const { samples = DEFAULT_SAMPLES, seed = 1, captions = 'first', splits = ['train', 'test'] } = options;
  const measures = new Set<string>(options.measures ?? DEFAULT_MEASURES);
  throwIfAborted(signal);
  const dataset = await readDataset(options.data);
  const disposals: (() => Promise<void>)[] = [];
  try {
    const model = await openEvaluatedModel(options.model, { device, size: options.size, signal });
    disposals.push(() => model.model.dispose());
    const lite0 = await FeatureNetwork.open(await lite0Graph());
    disposals.push(() => lite0.dispose());
    const inception = options.inception && (await FeatureNetwork.open(options.inception));
    if (inception !== undefined) disposals.push(() => inception.dispose());
    const named = options.judges ?? [];
    const judges = measures.has('r-precision')
      ? await openJudges({ place: options.model, model, named, device, signal })
      : [];
    for (const { scorer } of judges) disposals.push(() => scorer.dispose());
    const shared = { model, dataset, lite0, inception, judges, measures, samples, seed, captions };
    const kept = new FeatureCache(cache ? featureCacheFolder() : undefined);
    return await measureAll({ ...shared, cache: kept, signal, onProgress }, splits, options.inception);
  } finally {
    for (const dispose of disposals.reverse()) await dispose();
  }
}

async function measureAll(
  context: EvaluationContext,
  splits: readonly Split[],
  inception: InceptionGraph | undefined,
): Promise<Evaluation> {
  const { model, dataset, measures } = context;
  const train = await readRealPictures(context, 'train');
  const real = { train, test: await readRealPictures(context, 'test') };
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
  const diversity = measures.has('diversity') ? await measureDiversity(context, train) : undefined;
  const colors = measures.has('colors') ? await measureColorWords(context) : undefined;
  const { name, licence } = await readDatasetDescription(dataset.folder);
  const protocol = protocolOf(context, inception);
  return {
    formatVersion: 1,
    model: { name: model.name, architecture: model.architecture, sha256: model.sha256, device: model.device },
    data: { name, licence, trainPictures: dataset.train.length, testPictures: dataset.test.length },
    protocol,
    splits: results,
    ...(diversity !== undefined && { diversity }),
    ...(colors !== undefined && { colors }),
    warnings: evaluationWarnings(results, { asked: measures, inception: protocol.inception }),
  };
}

function protocolOf(
  { samples, seed, captions, model, lite0 }: EvaluationContext,
  inception: InceptionGraph | undefined,
): Evaluation['protocol'] {
  const { name: network, weightsSha256, side } = lite0.graph;
  return {
    samples,
    seed,
    captions,
    size: model.size,
    resize: RESIZE,
    features: { network, weightsSha256, side },
    ...(inception !== undefined && {
      inception: {
        file: inception.file,
        weightsSha256: inception.weightsSha256,
        published: inception.isPublished,
        side: inception.side,
      },
    }),
  };
}

async function measureColorWords(context: EvaluationContext): Promise<Evaluation['colors']> {
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
