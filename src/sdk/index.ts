import type { ModelSource } from './bundle/sources/model-source.js';
import {
  checkLoadOptions,
  checkSource,
  type GenerateOptions,
  type LoadOptions,
  type ModelChoice,
} from './generation/options.js';
import type { OutputKind } from './generation/output.js';
import type { GenerateResult, UnconditionalGenerateResult } from './generation/result.js';
import { RasterImage } from './image/raster-image.js';
import { createModel, createUnconditionalModel } from './model/create-model.js';
import { loadCore } from './model/load-model.js';
import type { Model, UnconditionalModel } from './model/model-types.js';
import { generateOnce, generateUnconditionalOnce, rankOnce, scoreOnce } from './model/one-call.js';
import { nodePlatform } from './runtime/node/node-platform.js';
import { type ImageInput, readImage as readPixels } from './scoring/image-input.js';
import type { RankOptions, ScoreOptions } from './scoring/options.js';
import type { RankResult, ScoreResult } from './scoring/result.js';

/**
 * Draws pictures from a prompt, or from each of a list of prompts:
 *
 * ```ts
 * const { images, seed } = await generate('a red heart', { seed: 7, count: 4 });
 * ```
 *
 * The same prompt, seed and model give the same pixels. The model is loaded for this call and released
 * after it; who draws often keeps one with {@link loadModel}. A model without text takes the options alone.
 * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
 */
export function generate<Output extends OutputKind = 'image'>(
  prompt: string,
  options?: GenerateOptions<Output>,
): Promise<GenerateResult<Output>>;
export function generate<Output extends OutputKind = 'image'>(
  prompts: readonly string[],
  options?: GenerateOptions<Output>,
): Promise<GenerateResult<Output>[]>;
export function generate<Output extends OutputKind = 'image'>(
  options: GenerateOptions<Output> & { model: string },
): Promise<UnconditionalGenerateResult<Output>>;
export async function generate<Output extends OutputKind>(
  input: string | readonly string[] | (GenerateOptions<Output> & { model: string }),
  options: GenerateOptions<Output> = {},
): Promise<GenerateResult<Output> | GenerateResult<Output>[] | UnconditionalGenerateResult<Output>> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    return generateUnconditionalOnce<Output>(nodePlatform, input);
  }
  const results = await generateOnce<Output>(nodePlatform, input, options);
  const [first] = results;
  return typeof input === 'string' && first !== undefined ? first : results;
}

/**
 * How well a picture and a text match, and where in the picture each word is:
 *
 * ```ts
 * const { score, words } = await score('bird.jpg', 'a small yellow bird', { model: 'attngan-birds' });
 * ```
 *
 * @param image a path, Buffer, Blob, pixels as ImageData has them, or an object of the package sharp.
 * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
 */
export function score(
  image: ImageInput,
  text: string,
  options: ScoreOptions & ModelChoice = {},
): Promise<ScoreResult> {
  return scoreOnce(nodePlatform, image, text, options);
}

/**
 * Scores of every picture with every text, and who is whose best match.
 * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
 */
export function rank(
  images: readonly ImageInput[],
  texts: readonly string[],
  options: RankOptions & ModelChoice = {},
): Promise<RankResult> {
  return rankOnce(nodePlatform, images, texts, options);
}

/**
 * Opens a picture, to lay the heat of a word's regions over it or to write it elsewhere; on white where it is
 * transparent. Files take the package sharp.
 * @param image a path, Buffer, Blob, pixels as ImageData has them, or an object of the package sharp.
 * @throws WordbrushError IMAGE_INVALID, INVALID_OPTION, PACKAGE_MISSING.
 */
export async function readImage(image: ImageInput): Promise<RasterImage> {
  return new RasterImage(await readPixels(image, nodePlatform.images), nodePlatform.images);
}

/**
 * Loads a model, to draw with it many times:
 *
 * ```ts
 * await using model = await loadModel('exported-models/stackgan-emoji');
 * const { images } = await model.generate('a red heart');
 * ```
 *
 * A model that draws without text is loaded with `{ conditional: false }`.
 * @param model the path of a model bundle, a folder or a zip archive; the URL of its folder, whose files are kept in a
 * cache; an archive's bytes; or its files. Without it, the model that comes with the package.
 * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
 */
export function loadModel(
  model: ModelSource | undefined,
  options: LoadOptions & { conditional: false },
): Promise<UnconditionalModel>;
export function loadModel(
  model?: ModelSource,
  options?: LoadOptions & { conditional?: true },
): Promise<Model>;
export async function loadModel(
  model?: ModelSource,
  options: LoadOptions = {},
): Promise<Model | UnconditionalModel> {
  const source = checkSource(model);
  const request = checkLoadOptions(options);
  const core = await loadCore(nodePlatform, { ...request, source, purpose: 'drawing' });
  return request.conditional ? createModel(core) : createUnconditionalModel(core);
}

export type { FilesInMemory } from './bundle/sources/memory-bundle.js';
export type { ModelSource } from './bundle/sources/model-source.js';
export { ERROR_CODES, type ErrorCode, WordbrushError } from './errors.js';
export type {
  CallOptions,
  DrawOptions,
  GenerateOptions,
  LoadOptions,
  ModelChoice,
  ModelGenerateOptions,
  NoiseEnd,
  RuntimeChoice,
  TextEnd,
} from './generation/options.js';
export type { OutputKind, OutputTypes } from './generation/output.js';
export type { Noise } from './generation/picture-noise.js';
export type { ProgressEvent } from './generation/progress.js';
export type {
  GenerateResult,
  InterpolateResult,
  Preview,
  Timings,
  UnconditionalGenerateResult,
  UnconditionalInterpolateResult,
} from './generation/result.js';
export type { AttentionMap } from './image/attention-map.js';
export { type AttentionOverlayOptions, attentionOverlay } from './image/attention-overlay.js';
export { type ContactSheetOptions, contactSheet } from './image/contact-sheet.js';
export { GeneratedImage } from './image/generated-image.js';
export type { EncodeOptions } from './image/raster-image.js';
export type { ModelInfo } from './model/model-info.js';
export type { LoadedModel, Model, UnconditionalModel } from './model/model-types.js';
export type { SelfTestCheck, SelfTestResult } from './model/self-test.js';
export type { Device, DeviceChoice, PassedOverDevice } from './runtime/device.js';
export type { ImageDataLike, ImageInput, SharpLike } from './scoring/image-input.js';
export type { RankOptions, ScoreOptions } from './scoring/options.js';
export type { RankResult, ScoredWord, ScoreResult, ScoreTimings } from './scoring/result.js';
export type { PromptWord } from './text/index.js';
export { RasterImage };
