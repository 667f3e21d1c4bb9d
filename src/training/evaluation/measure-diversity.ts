import { diversityPerPrompt, meanPairwiseDistance } from './diversity.js';
import { drawSamples, type EvaluationContext, readableSamples } from './evaluation-context.js';
import type { Diversities } from './evaluation-record.js';
import { rowsOf } from './feature-matrix.js';
import type { RealPictures } from './real-pictures.js';
import { sampleCaptions } from './sample-captions.js';

const PROMPTS = 20;
const PICTURES_PER_PROMPT = 5;

/**
 * Several pictures of the same prompts, and one of each beside the real training pictures; undefined for fewer than two
 * prompts or pictures. @throws WordbrushError ABORTED, and as `generate()` does
 */
export async function measureDiversity(
  context: EvaluationContext,
  train: RealPictures,
): Promise<Diversities | undefined> {
  const { lite0, seed, captions } = context;
  const count = Math.min(PROMPTS, train.images.length);
  const prompts = await readableSamples(context, sampleCaptions(train.images, { count, seed, captions }));
  if (prompts.length < 2 || train.lite0 === undefined || train.lite0.pooled.count < 2) return undefined;
  const several = prompts.flatMap((sample, index) =>
    Array.from({ length: PICTURES_PER_PROMPT }, (_, k) => ({
      ...sample,
      seed: seed + index * PICTURES_PER_PROMPT + k,
    })),
  );
  const { pooled } = await lite0.features(await drawSamples(context, several), context);
  const firsts = prompts.map((_, index) => index * PICTURES_PER_PROMPT);
  return {
    perPrompt: diversityPerPrompt(pooled, PICTURES_PER_PROMPT),
    acrossDrawn: meanPairwiseDistance(rowsOf(pooled, firsts)),
    acrossReal: meanPairwiseDistance(train.lite0.pooled),
  };
}
