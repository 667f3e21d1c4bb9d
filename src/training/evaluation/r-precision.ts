import { WordbrushError } from '../../sdk/errors.js';
import type { RandomStream } from '../../sdk/noise/index.js';
import { dot, type FeatureMatrix, normalizedRows, requireComparable, rowOf } from './feature-matrix.js';
import { type Spread, spreadOf } from './spread.js';

export interface RPrecisionRequest {
  /** One vector a picture, in the same space as the texts. */
  images: FeatureMatrix;
  texts: FeatureMatrix;
  /** For each picture, the row of the text that it was drawn from. */
  textOf: readonly number[];
  /** For each text, what it is about: texts of one group are never mismatched for one another. */
  groups: readonly number[];
  /** Mismatched texts beside the true one. @default 99 */
  mismatched?: number;
  /** @default 10 */
  folds?: number;
  random: RandomStream;
}

/** `mean` is the share of pictures, 0 to 1, that find their own text first; the deviation is over the folds. */
export interface RPrecision extends Spread {
  pictures: number;
  mismatched: number;
  folds: number;
}

const PAPER_MISMATCHED = 99;
const PAPER_FOLDS = 10;

/**
 * R-precision as AttnGAN's paper measures it (Xu et al. 2018, section 4): each picture is compared by cosine with the text
 * it was drawn from and 99 random others, and scores where its own is the nearest; ten folds. Texts that are equally near
 * share the point. Chance is 1 %.
 * @throws WordbrushError INVALID_OPTION where a picture has fewer mismatched texts to draw from than asked for.
 */
export function rPrecision(request: RPrecisionRequest): RPrecision {
  const { mismatched = PAPER_MISMATCHED, folds = PAPER_FOLDS, textOf, random } = request;
  requireComparable(request.images, request.texts, 1);
  requireEnough(request, mismatched);
  const images = normalizedRows(request.images);
  const texts = normalizedRows(request.texts);
  const points = textOf.map((own, index) => {
    const image = rowOf(images, index);
    const others = drawMismatched(request.groups, own, mismatched, random);
    const similarities = others.map((text) => dot(image, rowOf(texts, text)));
    const ofOwn = dot(image, rowOf(texts, own));
    if (similarities.some((similarity) => similarity > ofOwn)) return 0;
    return 1 / (1 + similarities.filter((similarity) => similarity === ofOwn).length);
  });
  const parts = Math.min(folds, points.length);
  const shares = Array.from({ length: parts }, (_, fold) => {
    const part = points.filter((_, index) => index % parts === fold);
    return spreadOf(part).mean;
  });
  const { standardDeviation } = spreadOf(shares);
  return {
    mean: spreadOf(points).mean,
    standardDeviation,
    pictures: points.length,
    mismatched,
    folds: parts,
  };
}

/** The largest number of mismatched texts that every text has. */
export function mostMismatched(groups: readonly number[]): number {
  return groups.length - Math.max(0, ...sizesOf(groups).values());
}

function sizesOf(groups: readonly number[]): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return sizes;
}

/** Different texts of other groups. */
function drawMismatched(
  groups: readonly number[],
  own: number,
  wanted: number,
  random: RandomStream,
): number[] {
  const drawn = new Set<number>();
  while (drawn.size < wanted) {
    const text = random.integer(groups.length);
    if (groups[text] !== groups[own]) drawn.add(text);
  }
  return [...drawn];
}

function requireEnough({ images, texts, textOf, groups }: RPrecisionRequest, mismatched: number): void {
  if (textOf.length !== images.count || groups.length !== texts.count) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected a text for each of ${images.count} pictures and a group for each of ${texts.count} texts, received ${textOf.length} and ${groups.length}.`,
    );
  }
  if (textOf.some((text) => groups[text] === undefined)) {
    throw new WordbrushError('INVALID_OPTION', `Expected textOf: rows from 0 to ${texts.count - 1}.`);
  }
  const most = mostMismatched(groups);
  if (most >= mismatched) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected at least ${mismatched} texts about something else for each picture, received ${most}.`,
    { hint: 'Use more captions, or ask for fewer mismatched ones.' },
  );
}
