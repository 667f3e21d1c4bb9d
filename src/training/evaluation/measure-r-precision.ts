import { RandomStream } from '../../sdk/noise/index.js';
import type { ImageSet } from '../data/load-images.js';
import type { Judgement } from './evaluation-record.js';
import type { FeatureCache } from './feature-cache.js';
import { type FeatureMatrix, rowsOf } from './feature-matrix.js';
import { picturesAt, sha256OfPictures } from './image-sets.js';
import type { Judge } from './open-judges.js';
import type { Progress } from './progress.js';
import { mostMismatched, type RPrecision, type RPrecisionRequest, rPrecision } from './r-precision.js';
import type { CaptionPool, PromptSample } from './sample-captions.js';
import type { Scorer } from './scorer.js';

export interface JudgedPictures {
  /** Prompts with the pictures drawn from them, in the same order. */
  samples: readonly PromptSample[];
  drawn: ImageSet;
  /** All real pictures of the split. */
  real: ImageSet;
  pool: CaptionPool;
}

const PAPER_MISMATCHED = 99;
const MISMATCHED_STREAM = 2002;
const SHUFFLE_STREAM = 2003;

/**
 * R-precision of drawn pictures by a judge, beside what the real pictures of the same prompts reach, and the drawn ones with
 * prompts of others. With fewer than 99 captions about something else, all of them are the mismatched ones.
 * @returns undefined where there is no second thing to confuse a picture with.
 * @throws WordbrushError ABORTED, MODEL_INVALID
 */
export async function measureRPrecision(
  { scorer: judge, relation }: Judge,
  { samples, drawn, real, pool }: JudgedPictures,
  { seed, cache, ...progress }: Progress & { seed: number; cache: FeatureCache },
): Promise<Judgement | undefined> {
  const { indices, vectors } = await judge.embedTexts(pool.texts, progress);
  const rowOfText = new Map(indices.map((text, row) => [pool.texts[text] ?? '', row]));
  const groups = indices.map((text) => pool.groups[text] ?? 0);
  const mismatched = Math.min(PAPER_MISMATCHED, mostMismatched(groups));
  const known = samples.flatMap(({ prompt, picture }, place) => {
    const row = rowOfText.get(prompt);
    return row === undefined ? [] : [{ row, picture, place }];
  });
  if (mismatched < 1 || known.length === 0) return undefined;
  const firsts = known.filter(
    ({ picture }, index) => known.findIndex((one) => one.picture === picture) === index,
  );
  const ofDrawn = rowsOf(
    await judge.embedImages(drawn, progress),
    known.map(({ place }) => place),
  );
  const realFirsts = picturesAt(
    real,
    firsts.map(({ picture }) => picture),
  );
  const ofReal = await embedRealImages(judge, realFirsts, cache, progress);
  const measure = (images: RPrecisionRequest['images'], textOf: readonly number[]): RPrecision =>
    rPrecision({
      images,
      texts: vectors,
      textOf,
      groups,
      mismatched,
      random: new RandomStream(seed, MISMATCHED_STREAM),
    });
  const own = known.map(({ row }) => row);
  return {
    judge: { name: judge.name, sha256: judge.sha256, independent: relation === 'independent', relation },
    drawn: measure(ofDrawn, own),
    real: measure(
      ofReal,
      firsts.map(({ row }) => row),
    ),
    shuffled: measure(ofDrawn, textsOfOthers(own, groups, new RandomStream(seed, SHUFFLE_STREAM))),
    unreadablePrompts: samples.length - known.length,
    unreadableCaptions: pool.texts.length - indices.length,
  };
}

async function embedRealImages(
  judge: Scorer,
  images: ImageSet,
  cache: FeatureCache,
  progress: Progress,
): Promise<FeatureMatrix> {
  const facts = {
    pictures: sha256OfPictures(images),
    count: images.count,
    size: images.size,
    encoder: judge.sha256,
    resize: `the judge's own on ${judge.device}`,
  };
  const kept = await cache.through(
    facts,
    async () => new Map([['global', await judge.embedImages(images, progress)]]),
  );
  return kept.get('global') ?? judge.embedImages(images, progress);
}

/** For each picture a text about something else. */
function textsOfOthers(own: readonly number[], groups: readonly number[], random: RandomStream): number[] {
  return own.map((row) => {
    let other = row;
    while (groups[other] === groups[row]) other = random.integer(groups.length);
    return other;
  });
}
