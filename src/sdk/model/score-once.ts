import { separateModel } from '../generation/load-options.js';
import type { Platform } from '../runtime/platform.js';
import { checkRankOptions } from '../scoring/options.js';
import { checkRankArguments, rankWith } from '../scoring/rank.js';
import type { RankResult, ScoreResult } from '../scoring/result.js';
import { checkScoreArguments, scoreWith } from '../scoring/score.js';
import { withModel } from './one-call.js';

/** Loads a model, scores, and releases the model. @throws WordbrushError as `loadModel()` and `model.score()` do. */
export async function scoreOnce(
  platform: Platform,
  image: unknown,
  text: unknown,
  options: unknown,
): Promise<ScoreResult> {
  const { choice, rest } = separateModel(options);
  checkScoreArguments(image, text);
  const { signal, onProgress } = checkRankOptions(rest);
  return withModel(
    platform,
    { ...choice, conditional: undefined, purpose: 'scoring', signal, onProgress },
    (core, guarded) => scoreWith(core, image, text, { ...rest, onProgress: guarded }),
    (result, loadMs, totalMs) => withLoading(result, loadMs, totalMs),
  );
}

/** Loads a model, ranks, and releases the model. @throws WordbrushError as `loadModel()` and `model.rank()` do. */
export async function rankOnce(
  platform: Platform,
  images: unknown,
  texts: unknown,
  options: unknown,
): Promise<RankResult> {
  const { choice, rest } = separateModel(options);
  checkRankArguments(images, texts);
  const { signal, onProgress } = checkRankOptions(rest);
  return withModel(
    platform,
    { ...choice, conditional: undefined, purpose: 'scoring', signal, onProgress },
    (core, guarded) => rankWith(core, images, texts, { ...rest, onProgress: guarded }),
    (result, loadMs, totalMs) => withLoading(result, loadMs, totalMs),
  );
}

function withLoading<Result extends ScoreResult | RankResult>(
  result: Result,
  loadMs: number,
  totalMs: number,
): Result {
  return { ...result, timings: { ...result.timings, loadMs: loadMs + result.timings.loadMs, totalMs } };
}
