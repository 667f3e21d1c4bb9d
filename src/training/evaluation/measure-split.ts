import type { ImageSet } from '../data/load-images.js';
import type { Split } from '../data/test-split.js';
import { drawSamples, type EvaluationContext, readableSamples } from './evaluation-context.js';
import type { Distances, InceptionDistances, Judgement, SplitEvaluation } from './evaluation-record.js';
import type { Features } from './feature-network.js';
import { measureDistances, measureInception } from './measure-distances.js';
import { type JudgedPictures, measureRPrecision } from './measure-r-precision.js';
import {
  type NearestSummary,
  nearestTrainingPictures,
  summarizeNearest,
} from './nearest-training-picture.js';
import type { RealPictures } from './real-pictures.js';
import { captionPool, sampleCaptions } from './sample-captions.js';

/** The real pictures of both splits: each is compared with the other. */
export type RealSplits = Readonly<Record<Split, RealPictures>>;

/**
 * Draws from the captions of a split and measures what came out beside its real pictures.
 * @throws WordbrushError ABORTED, and as `generate()` does
 */
export async function measureSplit(
  context: EvaluationContext,
  split: Split,
  real: RealSplits,
): Promise<SplitEvaluation> {
  const { lite0, measures, seed, samples: count, captions, onProgress } = context;
  const { images, pictures } = real[split];
  const all = sampleCaptions(images, { count, seed, captions });
  const samples = await readableSamples(context, all);
  const drawn = await drawSamples(context, samples);
  const isSeen = measures.has('distances') || measures.has('nearest');
  const features = isSeen && drawn.count > 0 ? await lite0.features(drawn, context) : undefined;
  onProgress?.({ phase: 'distances', done: 0, total: 1 });
  const distances = features && distancesOf(context, features, split, real);
  const inception = distances && (await inceptionOf(context, drawn, split, real));
  const nearest = features && nearestOf(context, features, real);
  const rPrecision = await judgementsOf(context, {
    samples,
    drawn,
    real: pictures,
    pool: captionPool(images, captions),
  });
  return {
    split,
    pictures: images.length,
    samples: samples.length,
    unreadablePrompts: all.length - samples.length,
    ...(distances !== undefined && {
      distances: { ...distances, ...(inception !== undefined && { inception }) },
    }),
    rPrecision,
    ...(nearest !== undefined && { nearest }),
  };
}

function distancesOf(
  { measures, seed }: EvaluationContext,
  drawn: Features,
  split: Split,
  real: RealSplits,
): Distances | undefined {
  const { lite0: reference, sha256: referenceSha256 } = real[split];
  if (!measures.has('distances') || reference === undefined) return undefined;
  const other = real[otherThan(split)].lite0;
  return measureDistances({ drawn, reference, other }, { referenceSha256, seed });
}

async function inceptionOf(
  context: EvaluationContext,
  drawn: ImageSet,
  split: Split,
  real: RealSplits,
): Promise<InceptionDistances | undefined> {
  const reference = real[split].inception;
  if (context.inception === undefined || reference === undefined) return undefined;
  const features = await context.inception.features(drawn, context);
  return measureInception({ drawn: features, reference, other: real[otherThan(split)].inception });
}

function nearestOf(
  { measures }: EvaluationContext,
  drawn: Features,
  { train, test }: RealSplits,
): NearestSummary | undefined {
  if (!measures.has('nearest') || train.lite0 === undefined || test.lite0 === undefined) return undefined;
  const { pooled: training } = train.lite0;
  return summarizeNearest(
    nearestTrainingPictures(drawn.pooled, training),
    nearestTrainingPictures(test.lite0.pooled, training),
  );
}

async function judgementsOf(
  { model, judges, seed, cache, signal, onProgress }: EvaluationContext,
  judged: JudgedPictures,
): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const judge of model.model.conditional ? judges : []) {
    const judgement = await measureRPrecision(judge, judged, { seed, cache, signal, onProgress });
    if (judgement !== undefined) judgements.push(judgement);
  }
  return judgements;
}

function otherThan(split: Split): Split {
  return split === 'train' ? 'test' : 'train';
}
