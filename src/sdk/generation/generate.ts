import type { Platform } from '../runtime/platform.js';
import { checkPrompt } from '../text/index.js';
import { type GenerateResult, loadModelOn } from './model.js';
import { checkGenerateOptions, checkPromptType, type GenerateOptions } from './options.js';
import { guardProgress } from './progress.js';

/**
 * Loads a model, draws, and releases the model. Nothing stays behind, so nothing has to be disposed of; who
 * draws often loads the model once with `loadModel()` instead.
 * @throws WordbrushError as `loadModel()` and `model.generate()` do.
 */
export async function generateOn(
  platform: Platform,
  prompt: string,
  options: GenerateOptions = {},
): Promise<GenerateResult> {
  const started = performance.now();
  // All that can be wrong without a model is said before one is loaded.
  checkPrompt(checkPromptType(prompt));
  const { model: path, seed, count, signal, onProgress: receiver } = checkGenerateOptions(options);
  const onProgress = guardProgress(receiver, platform.warn);
  const model = await loadModelOn(platform, path, { signal, onProgress });
  const loadMs = performance.now() - started;
  try {
    const result = await model.generate(prompt, { seed, count, signal, onProgress });
    return { ...result, timings: { ...result.timings, loadMs, totalMs: performance.now() - started } };
  } finally {
    await model.dispose();
  }
}
