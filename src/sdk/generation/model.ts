/// <reference lib="esnext.disposable" preserve="true" />

import { type Bundle, type Manifest, readBundle } from '../bundle/index.js';
import { WordbrushError } from '../errors.js';
import { GeneratedImage } from '../image/generated-image.js';
import type { Device, Platform } from '../runtime/platform.js';
import { checkPrompt, encodePrompt, type PromptWord } from '../text/index.js';
import { throwIfAborted } from './abort.js';
import { drawPixels } from './draw-pixels.js';
import { encodeText } from './encode-text.js';
import { type LoadedGraphs, loadGraphs } from './load-graphs.js';
import {
  type CheckedGenerateOptions,
  checkLoadOptions,
  checkLocation,
  checkModelGenerateOptions,
  checkPromptType,
  type LoadOptions,
  type ModelGenerateOptions,
} from './options.js';
import { guardProgress } from './progress.js';

/** How long the parts of a call took, in milliseconds. */
export interface Timings {
  /** Reading, verifying and loading the model; 0 for a model that was loaded before. */
  loadMs: number;
  /** Reading the prompt. */
  textMs: number;
  /** Drawing each picture. */
  imageMs: number[];
  totalMs: number;
}

export interface GenerateResult {
  images: GeneratedImage[];
  prompt: string;
  /** The seed of the first picture; picture k has seed + k. */
  seed: number;
  /** Where the graphs ran. */
  device: Device;
  /** What happened to each word of the prompt. */
  words: PromptWord[];
  timings: Timings;
}

/** What a loaded model is. */
export interface ModelInfo {
  name: string;
  architecture: Manifest['architecture'];
  /** Where the bundle lies. */
  location: string;
  device: Device;
  /** Width and height in pixels of the picture that each stage gives; the last is the result's. */
  sizes: number[];
  /** How many words it knows, and how many of a prompt it reads. */
  vocabularyWords: number;
  maxWords: number;
  /** Data set, licence, preset, steps and seed of its training. */
  training: Manifest['training'];
}

/** A model in memory. Dispose of it when done: the graphs live outside the JavaScript heap. */
export interface Model extends AsyncDisposable {
  /**
   * Draws pictures from a prompt. Calls may overlap.
   * @throws WordbrushError PROMPT_EMPTY, PROMPT_TOO_LONG, PROMPT_UNKNOWN_WORDS, INVALID_OPTION, ABORTED, DISPOSED,
   * MODEL_INVALID.
   */
  generate(prompt: string, options?: ModelGenerateOptions): Promise<GenerateResult>;
  info(): ModelInfo;
  /**
   * Releases the graphs. Calls under way end with an error of code DISPOSED at their next stage, and this waits
   * for them. May be called again.
   */
  dispose(): Promise<void>;
}

/**
 * Reads, verifies and loads a model bundle.
 * @throws WordbrushError INVALID_OPTION, MODEL_NOT_FOUND, MANIFEST_INVALID, MANIFEST_VERSION, FILE_MISSING,
 * INTEGRITY_MISMATCH, MODEL_INVALID, RUNTIME_MISSING, ABORTED.
 */
export async function loadModelOn(
  platform: Platform,
  path?: string,
  options: LoadOptions = {},
): Promise<Model> {
  const location = checkLocation(path);
  const { signal, onProgress } = checkLoadOptions(options);
  const report = guardProgress(onProgress, platform.warn);
  throwIfAborted(signal);
  const files = await platform.openBundle(location);
  const bundle = await readBundle(files, report, signal);
  const graphs = await loadGraphs(platform, bundle, report, signal);
  return new LoadedModel(platform, files.location, bundle, graphs);
}

class LoadedModel implements Model {
  readonly #platform: Platform;
  readonly #location: string;
  readonly #manifest: Manifest;
  readonly #vocabulary: Bundle['vocabulary'];
  readonly #graphs: LoadedGraphs;
  readonly #underWay = new Set<Promise<unknown>>();
  #disposal: Promise<void> | undefined;

  constructor(platform: Platform, location: string, bundle: Bundle, graphs: LoadedGraphs) {
    this.#platform = platform;
    this.#location = location;
    this.#manifest = bundle.manifest;
    this.#vocabulary = bundle.vocabulary;
    this.#graphs = graphs;
  }

  async generate(prompt: string, options: ModelGenerateOptions = {}): Promise<GenerateResult> {
    this.#requireUsable();
    const text = checkPromptType(prompt);
    checkPrompt(text);
    const call = this.#draw(text, checkModelGenerateOptions(options));
    this.#underWay.add(call);
    try {
      return await call;
    } finally {
      this.#underWay.delete(call);
    }
  }

  info(): ModelInfo {
    const { name, architecture, stages, tokenizer, training } = this.#manifest;
    return {
      name,
      architecture,
      location: this.#location,
      device: this.#platform.device,
      sizes: stages.map(({ size }) => size),
      vocabularyWords: this.#vocabulary.size - 1,
      maxWords: tokenizer.maxLength,
      training: structuredClone(training),
    };
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#release();
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #release(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#graphs.dispose();
  }

  async #draw(prompt: string, options: CheckedGenerateOptions): Promise<GenerateResult> {
    const { seed, count, signal } = options;
    const started = performance.now();
    const report = guardProgress(options.onProgress, this.#platform.warn);
    const { noise, tokenizer } = this.#manifest;
    const { stages } = this.#graphs;
    const mayGoOn = (): void => {
      throwIfAborted(signal);
      this.#requireUsable();
    };
    mayGoOn();
    const { ids, words } = encodePrompt(prompt, this.#vocabulary, tokenizer.maxLength);
    const text = await encodeText(this.#graphs.textEncoder, ids, this.#manifest);
    const textMs = performance.now() - started;
    const images: GeneratedImage[] = [];
    const imageMs: number[] = [];
    const total = count * stages.length;
    let completed = 0;
    for (let image = 0; image < count; image++) {
      const imageStarted = performance.now();
      const afterStage = (size: number): void => {
        completed++;
        report({ phase: 'generate', completed, total, image, size });
      };
      const drawn = await drawPixels({
        stages,
        text,
        noise,
        seed: seed + image,
        beforeStage: mayGoOn,
        afterStage,
      });
      images.push(
        new GeneratedImage(drawn.data, drawn.size, drawn.size, this.#platform.writeFile, seed + image),
      );
      imageMs.push(performance.now() - imageStarted);
    }
    const totalMs = performance.now() - started;
    return {
      images,
      prompt,
      seed,
      device: this.#platform.device,
      words,
      timings: { loadMs: 0, textMs, imageMs, totalMs },
    };
  }

  #requireUsable(): void {
    if (this.#disposal !== undefined) {
      throw new WordbrushError('DISPOSED', 'Expected a model in use, received one after dispose().', {
        hint: 'Load the model again with loadModel().',
      });
    }
  }
}
