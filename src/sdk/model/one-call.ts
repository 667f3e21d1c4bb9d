import { checkGenerateOptions } from '../generation/draw-options.js';
import { drawPrompts, generateWith } from '../generation/generate.js';
import { separateModel } from '../generation/load-options.js';
import type { OutputKind } from '../generation/output.js';
import { guardProgress, type ReportProgress } from '../generation/progress.js';
import { checkedPrompts } from '../generation/prompts.js';
import type { GenerateResult, UnconditionalGenerateResult } from '../generation/result.js';
import type { Platform } from '../runtime/platform.js';
import { type LoadRequest, loadCore } from './load-model.js';
import type { ModelCore } from './model-core.js';

/**
 * Loads a model, draws, and releases the model. Nothing stays behind, so nothing has to be disposed of.
 * @throws WordbrushError as `loadModel()` and `model.generate()` do.
 */
export async function generateOnce<Output extends OutputKind>(
  platform: Platform,
  prompts: unknown,
  options: unknown,
): Promise<GenerateResult<Output>[]> {
  const { choice, rest } = separateModel(options);
  // All that can be wrong without a model is said before one is loaded.
  const { signal, onProgress } = checkGenerateOptions(rest, checkedPrompts(prompts).length);
  return withModel(
    platform,
    { ...choice, conditional: true, purpose: 'drawing', signal, onProgress },
    (core, guarded) => generateWith<Output>(core, prompts, { ...rest, onProgress: guarded }),
    (results, loadMs, totalMs) =>
      results.map((result) => ({ ...result, timings: { ...result.timings, loadMs, totalMs } })),
  );
}

/** As {@link generateOnce}, with a model that draws without text. */
export async function generateUnconditionalOnce<Output extends OutputKind>(
  platform: Platform,
  options: unknown,
): Promise<UnconditionalGenerateResult<Output>> {
  const { choice, rest } = separateModel(options);
  const { signal, onProgress } = checkGenerateOptions(rest, 1);
  return withModel(
    platform,
    { ...choice, conditional: false, purpose: 'drawing', signal, onProgress },
    async (core, guarded) => {
      const results = await drawPrompts<Output>(core, [undefined], { ...rest, onProgress: guarded });
      const [first] = results.map(({ words: _, ...result }) => result);
      if (first === undefined) throw new RangeError('Expected the pictures of one call.');
      return first;
    },
    (result, loadMs, totalMs) => ({ ...result, timings: { ...result.timings, loadMs, totalMs } }),
  );
}

/**
 * Loads a model, works with it, and releases it.
 * @throws WordbrushError as `loadModel()` and the work do.
 */
export async function withModel<Result>(
  platform: Platform,
  request: LoadRequest,
  work: (core: ModelCore, onProgress: ReportProgress) => Promise<Result>,
  addTimings: (result: Result, loadMs: number, totalMs: number) => Result,
): Promise<Result> {
  const started = performance.now();
  // Guarded once for both parts, so that one that throws is called no more in the second.
  const onProgress = guardProgress(request.onProgress, platform.warn);
  const core = await loadCore(platform, { ...request, onProgress });
  const loadMs = performance.now() - started;
  try {
    return addTimings(await work(core, onProgress), loadMs, performance.now() - started);
  } finally {
    await core.dispose();
  }
}
