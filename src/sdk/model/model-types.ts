/// <reference lib="esnext.disposable" preserve="true" />

import type { CallOptions } from '../generation/call-options.js';
import type { DrawOptions, ModelGenerateOptions } from '../generation/draw-options.js';
import type { NoiseEnd, TextEnd } from '../generation/interpolate-options.js';
import type { OutputKind } from '../generation/output.js';
import type {
  GenerateResult,
  InterpolateResult,
  Preview,
  UnconditionalGenerateResult,
  UnconditionalInterpolateResult,
} from '../generation/result.js';
import type { ImageInput } from '../scoring/image-input.js';
import type { RankOptions, ScoreOptions } from '../scoring/options.js';
import type { RankResult, ScoreResult } from '../scoring/result.js';
import type { ModelInfo } from './model-info.js';
import type { SelfTestResult } from './self-test.js';

/** What all models have. Dispose of it when done: the graphs live outside the JavaScript heap. */
export interface LoadedModel extends AsyncDisposable {
  info(): ModelInfo;
  /**
   * Draws the picture that the bundle names and compares its colours with those that it had when it was exported: finds
   * a device or runtime that computes something else. Undefined for a bundle that names none.
   * @throws WordbrushError ABORTED, DISPOSED, MODEL_INVALID.
   */
  selfTest(options?: CallOptions): Promise<SelfTestResult | undefined>;
  /**
   * Draws once and forgets it, so that the first picture that is asked for does not wait for what a device does once:
   * WebGPU compiles its shaders when a graph first runs. What it does is reported as phase `warmup`.
   * @throws WordbrushError ABORTED, DISPOSED, MODEL_INVALID.
   */
  warmUp(options?: CallOptions): Promise<void>;
  /**
   * Releases the graphs. Calls under way end with an error of code DISPOSED at their next step, and this waits
   * for them. May be called again.
   */
  dispose(): Promise<void>;
}

/** A model in memory that draws what a text says. Calls may overlap. */
export interface Model extends LoadedModel {
  readonly conditional: true;
  /**
   * Draws pictures from a prompt, or from each of a list of prompts; results are in the order of the prompts.
   * @throws WordbrushError PROMPT_EMPTY, PROMPT_TOO_LONG, PROMPT_UNKNOWN_WORDS, INVALID_OPTION, ABORTED, DISPOSED,
   * MODEL_INVALID.
   */
  generate<Output extends OutputKind = 'image'>(
    prompt: string,
    options?: ModelGenerateOptions<Output>,
  ): Promise<GenerateResult<Output>>;
  generate<Output extends OutputKind = 'image'>(
    prompts: readonly string[],
    options?: ModelGenerateOptions<Output>,
  ): Promise<GenerateResult<Output>[]>;
  /**
   * Draws, and gives the picture of every stage as soon as it is there, with what each word was looked at for.
   * @throws WordbrushError as `generate()` does, at the first step.
   */
  stream(
    prompt: string | readonly string[],
    options?: Omit<ModelGenerateOptions, 'output'>,
  ): AsyncGenerator<Preview, void, undefined>;
  /**
   * Pictures on the way from one prompt and noise to another, both ends included. An end is a prompt, or an object with
   * its seed or noise as well; ends without one share a seed.
   * @param steps how many pictures, 2 to 1,000.
   * @throws WordbrushError as `generate()` does.
   */
  interpolate(
    a: string | TextEnd,
    b: string | TextEnd,
    steps: number,
    options?: DrawOptions,
  ): Promise<InterpolateResult>;
  /**
   * How well a picture and a text match, and where in the picture each word is.
   * @throws WordbrushError IMAGE_INVALID, PACKAGE_MISSING, INVALID_OPTION (also of a model that cannot score), PROMPT_EMPTY,
   * PROMPT_TOO_LONG, PROMPT_UNKNOWN_WORDS, ABORTED, DISPOSED, MODEL_INVALID.
   */
  score(image: ImageInput, text: string, options?: ScoreOptions): Promise<ScoreResult>;
  /**
   * Scores of every picture with every text, and who is whose best match.
   * @throws WordbrushError as `score()` does.
   */
  rank(images: readonly ImageInput[], texts: readonly string[], options?: RankOptions): Promise<RankResult>;
}

/** A model in memory that draws from noise alone. Calls may overlap. */
export interface UnconditionalModel extends LoadedModel {
  readonly conditional: false;
  /** Draws pictures. @throws WordbrushError INVALID_OPTION, ABORTED, DISPOSED, MODEL_INVALID. */
  generate<Output extends OutputKind = 'image'>(
    options?: ModelGenerateOptions<Output>,
  ): Promise<UnconditionalGenerateResult<Output>>;
  /** Draws, and gives the picture of every stage as soon as it is there. */
  stream(options?: Omit<ModelGenerateOptions, 'output'>): AsyncGenerator<Preview, void, undefined>;
  /** Pictures on the way from one noise to another, both ends included. @param steps 2 to 1,000. */
  interpolate(
    a: NoiseEnd,
    b: NoiseEnd,
    steps: number,
    options?: DrawOptions,
  ): Promise<UnconditionalInterpolateResult>;
}
