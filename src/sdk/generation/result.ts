import type { AttentionMap } from '../image/attention-map.js';
import type { GeneratedImage } from '../image/generated-image.js';
import type { Device } from '../runtime/platform.js';
import type { PromptWord } from '../text/index.js';
import type { OutputKind, OutputTypes } from './output.js';

/** How long the parts of a call took, in milliseconds. */
export interface Timings {
  /** Reading, verifying and loading the model; 0 for a model that was loaded before. */
  loadMs: number;
  /** Reading the prompt. */
  textMs: number;
  /** Drawing each picture: its share of the time, where several were drawn together. */
  imageMs: number[];
  /** The whole call, all prompts of it. */
  totalMs: number;
}

/** Pictures drawn without text. */
export interface UnconditionalGenerateResult<Output extends OutputKind = 'image'> {
  images: OutputTypes[Output][];
  /** The seed of the first picture. */
  seed: number;
  /** The seed of each picture. */
  seeds: number[];
  /** Width and height in pixels. */
  size: number;
  /** Where the graphs ran. */
  device: Device;
  timings: Timings;
}

/** The pictures of one prompt. */
export interface GenerateResult<Output extends OutputKind = 'image'>
  extends UnconditionalGenerateResult<Output> {
  prompt: string;
  /** What happened to each word of the prompt. */
  words: PromptWord[];
}

/** What one stage made of one picture. */
export interface Preview {
  image: GeneratedImage;
  /** Which picture of the call, from 0, prompt by prompt. */
  index: number;
  /** Which stage, from 1, of how many. */
  stage: number;
  stages: number;
  /** Whether no larger picture follows. */
  final: boolean;
  /** What each word that was read was looked at for, in a stage that attends to words; otherwise empty. */
  attention: AttentionMap[];
}

/** Pictures on the way from one noise to another. */
export interface UnconditionalInterpolateResult {
  /** From one end to the other; their `seed` and `prompt` are those of the nearer end. */
  images: GeneratedImage[];
  /** Of both ends. */
  seeds: [number, number];
  /** Width and height in pixels. */
  size: number;
  device: Device;
  timings: Timings;
}

/** Pictures on the way from one prompt and noise to another. */
export interface InterpolateResult extends UnconditionalInterpolateResult {
  /** Of both ends. */
  prompts: [string, string];
  /** What happened to each word of both prompts. */
  words: [PromptWord[], PromptWord[]];
}
