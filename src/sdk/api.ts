import type { ModelSource } from './bundle/sources/model-source.js';
import type { GenerateOptions } from './generation/draw-options.js';
import {
  checkLoadOptions,
  checkSource,
  type LoadOptions,
  type ModelChoice,
} from './generation/load-options.js';
import type { OutputKind } from './generation/output.js';
import type { GenerateResult, UnconditionalGenerateResult } from './generation/result.js';
import { RasterImage } from './image/raster-image.js';
import type { Model, UnconditionalModel } from './model/model-types.js';
import type { Platform } from './runtime/platform.js';
import type { ImageInput } from './scoring/image-input.js';
import type { RankOptions, ScoreOptions } from './scoring/options.js';
import type { RankResult, ScoreResult } from './scoring/result.js';

/** `generate()` of one prompt, of several, and of a model without text. */
export interface Generate {
  /**
   * Draws pictures from a prompt:
   *
   * ```ts
   * const { images, seed } = await generate('a red heart', { seed: 7, count: 4 });
   * ```
   *
   * The same prompt, seed and model give the same pixels. The model is loaded for this call and released
   * after it; who draws often keeps one with `loadModel()`.
   * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
   */
  <Output extends OutputKind = 'image'>(
    prompt: string,
    options?: GenerateOptions<Output>,
  ): Promise<GenerateResult<Output>>;
  /** Draws pictures from each of a list of prompts. @throws WordbrushError as with one prompt. */
  <Output extends OutputKind = 'image'>(
    prompts: readonly string[],
    options?: GenerateOptions<Output>,
  ): Promise<GenerateResult<Output>[]>;
  /** Draws with a model without text. @throws WordbrushError as with a prompt. */
  <Output extends OutputKind = 'image'>(
    options: GenerateOptions<Output> & { model: string },
  ): Promise<UnconditionalGenerateResult<Output>>;
}

/** `loadModel()` of a model that draws what a text says, and of one without text. */
export interface LoadModel {
  /** Loads a model that draws without text. @throws WordbrushError as of one with text. */
  (
    model: ModelSource | undefined,
    options: LoadOptions & { conditional: false },
  ): Promise<UnconditionalModel>;
  /**
   * Loads a model, to draw with it many times:
   *
   * ```ts
   * await using model = await loadModel('exported-models/stackgan-emoji');
   * const { images } = await model.generate('a red heart');
   * ```
   *
   * A model that draws without text is loaded with `{ conditional: false }`.
   * @param model in Node the path of a model bundle, a folder or a zip archive; the URL of its folder, whose files are
   * kept in a cache; an archive's bytes; or its files. Without it, the model that comes with the package.
   * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
   */
  (model?: ModelSource, options?: LoadOptions & { conditional?: true }): Promise<Model>;
}

/** The functions of the package, which are the same in Node and in a browser. */
export interface Api {
  generate: Generate;
  /**
   * How well a picture and a text match, and where in the picture each word is:
   *
   * ```ts
   * const { score, words } = await score('heart.png', 'a red heart');
   * ```
   *
   * Without `model` by the one that comes with the package, which knows emoji.
   *
   * @param image a path or in a browser a URL, a Buffer, Blob, pixels as ImageData has them, or an object of the
   * package sharp.
   * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
   */
  score(image: ImageInput, text: string, options?: ScoreOptions & ModelChoice): Promise<ScoreResult>;
  /**
   * Scores of every picture with every text, and who is whose best match.
   * @throws WordbrushError; its `code` says what is wrong. See ERROR_CODES.
   */
  rank(
    images: readonly ImageInput[],
    texts: readonly string[],
    options?: RankOptions & ModelChoice,
  ): Promise<RankResult>;
  /**
   * Opens a picture, to lay the heat of a word's regions over it or to write it elsewhere; on white where it is
   * transparent. In Node files take the package sharp.
   * @param image as `score()` takes it.
   * @throws WordbrushError IMAGE_INVALID, INVALID_OPTION, PACKAGE_MISSING.
   */
  readImage(image: ImageInput): Promise<RasterImage>;
  loadModel: LoadModel;
}

// Fetched when they are first needed: a page shows itself before, and most only draw.
const drawing = () => import('./model/one-call.js');
const loading = () => import('./model/load-and-create.js');
const scoring = () => import('./model/score-once.js');
const reading = () => import('./scoring/image-input.js');

/** The functions on what a platform gives them to work with. */
export function createApi(platform: Platform): Api {
  return {
    generate: createGenerate(platform),
    score: async (image, text, options = {}) => (await scoring()).scoreOnce(platform, image, text, options),
    rank: async (images, texts, options = {}) => (await scoring()).rankOnce(platform, images, texts, options),
    readImage: async (image) =>
      new RasterImage(await (await reading()).readImage(image, platform.images), platform.images),
    loadModel: createLoadModel(platform),
  };
}

function createGenerate(platform: Platform): Generate {
  function generate<Output extends OutputKind>(
    prompt: string,
    options?: GenerateOptions<Output>,
  ): Promise<GenerateResult<Output>>;
  function generate<Output extends OutputKind>(
    prompts: readonly string[],
    options?: GenerateOptions<Output>,
  ): Promise<GenerateResult<Output>[]>;
  function generate<Output extends OutputKind>(
    options: GenerateOptions<Output> & { model: string },
  ): Promise<UnconditionalGenerateResult<Output>>;
  async function generate<Output extends OutputKind>(
    input: string | readonly string[] | (GenerateOptions<Output> & { model: string }),
    options: GenerateOptions<Output> = {},
  ): Promise<GenerateResult<Output> | GenerateResult<Output>[] | UnconditionalGenerateResult<Output>> {
    const { generateOnce, generateUnconditionalOnce } = await drawing();
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
      return generateUnconditionalOnce<Output>(platform, input);
    }
    const results = await generateOnce<Output>(platform, input, options);
    const [first] = results;
    return typeof input === 'string' && first !== undefined ? first : results;
  }
  return generate;
}

function createLoadModel(platform: Platform): LoadModel {
  function loadModel(
    model: ModelSource | undefined,
    options: LoadOptions & { conditional: false },
  ): Promise<UnconditionalModel>;
  function loadModel(model?: ModelSource, options?: LoadOptions & { conditional?: true }): Promise<Model>;
  async function loadModel(
    model?: ModelSource,
    options: LoadOptions = {},
  ): Promise<Model | UnconditionalModel> {
    const source = checkSource(model);
    const request = checkLoadOptions(options);
    return (await loading()).loadAndCreate(platform, { ...request, source });
  }
  return loadModel;
}
