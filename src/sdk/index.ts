import { generateOn } from './generation/generate.js';
import { type GenerateResult, loadModelOn, type Model } from './generation/model.js';
import type { GenerateOptions, LoadOptions } from './generation/options.js';
import { nodePlatform } from './runtime/node/node-platform.js';

/**
 * Draws pictures from a prompt:
 *
 * ```ts
 * const { images, seed } = await generate('a red heart', { seed: 7, count: 4 });
 * ```
 *
 * The same prompt, seed and model give the same pixels. The model is loaded for this call and released
 * after it; who draws often keeps one with {@link loadModel}.
 * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
 */
export function generate(prompt: string, options?: GenerateOptions): Promise<GenerateResult> {
  return generateOn(nodePlatform, prompt, options);
}

/**
 * Loads a model, to draw with it many times:
 *
 * ```ts
 * await using model = await loadModel('exported-models/stackgan-emoji');
 * const { images } = await model.generate('a red heart');
 * ```
 *
 * @param path folder of a model bundle; without it, the model that comes with the package.
 * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
 */
export function loadModel(path?: string, options?: LoadOptions): Promise<Model> {
  return loadModelOn(nodePlatform, path, options);
}

export { ERROR_CODES, type ErrorCode, WordbrushError } from './errors.js';
export type { GenerateResult, Model, ModelInfo, Timings } from './generation/model.js';
export type { GenerateOptions, LoadOptions, ModelGenerateOptions } from './generation/options.js';
export type { ProgressEvent } from './generation/progress.js';
export { type ContactSheetOptions, contactSheet } from './image/contact-sheet.js';
export { GeneratedImage } from './image/generated-image.js';
export { RasterImage } from './image/raster-image.js';
export type { Device } from './runtime/platform.js';
export type { PromptWord } from './text/index.js';
