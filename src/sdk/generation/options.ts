import * as z from 'zod/mini';
import { isModelSource, type ModelSource } from '../bundle/sources/model-source.js';
import { WordbrushError } from '../errors.js';
import { MAX_SEED } from '../noise/index.js';
import { DEVICE_CHOICES, type DeviceChoice } from '../runtime/device.js';
import type { RuntimeOptions } from '../runtime/platform.js';
import { checkPrompt } from '../text/index.js';
import { describeIssue, show } from '../validation/describe-issue.js';
import { integer, list, number, oneOf, text } from '../validation/expectations.js';
import { OUTPUT_KINDS, type OutputKind } from './output.js';
import type { Noise } from './picture-noise.js';
import type { ProgressEvent, ReportProgress } from './progress.js';

/** What every call takes. */
export interface CallOptions {
  /** Stops the call with an error of code ABORTED, between two files, graphs or runs of a graph. */
  signal?: AbortSignal | undefined;
  /** Called as the work goes on. If it throws, the work goes on, and a process warning says so. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/** Where and how a model's graphs run. */
export interface RuntimeChoice {
  /**
   * The device, which is then used or refused; `auto` takes the first that works, and `info()` says which it was and why
   * others were passed over.
   * @default 'auto'
   */
  device?: DeviceChoice | undefined;
  /**
   * How many workers, each with graphs of its own, run them off this thread, 0 to 64; 0 runs them on it.
   * @default 0 in Node; in a browser 1, or 0 where none starts
   */
  workers?: number | undefined;
  /**
   * In a browser the URL of the folder that `wordbrush copy-assets` filled: ONNX Runtime and the model that comes with
   * the package.
   * @default 'wordbrush/', beside the page
   */
  assets?: string | undefined;
}

export interface LoadOptions extends CallOptions, RuntimeChoice {
  /**
   * Whether the model draws what a text says; decides the type of the model.
   * @default true
   */
  conditional?: boolean | undefined;
}

/** How pictures are drawn, whatever the call. */
export interface DrawOptions extends CallOptions {
  /**
   * Width and height in pixels, one of `model.info().sizes`: drawing stops at that stage.
   * @default the largest
   */
  size?: number | undefined;
  /**
   * Noise is drawn within plus and minus this, 0 to 10: less variety, fewer strange pictures.
   * @default none
   */
  truncation?: number | undefined;
  /**
   * How far pictures of one text may differ in what the text leaves open, 0 to 4; 0 draws its mean.
   * @default 1, as in training
   */
  variation?: number | undefined;
}

export interface ModelGenerateOptions<Output extends OutputKind = 'image'> extends DrawOptions {
  /**
   * Integer from 0 to 2^53 - 1: picture k of each prompt is drawn from seed + k, so its seed alone gives it again. Or a
   * list with one for each picture, prompt by prompt.
   * @default a random number below 2^32, which the result tells
   */
  seed?: number | readonly number[] | undefined;
  /**
   * How many pictures of each prompt, 1 to 64.
   * @default 1, or as many as `seed` or `noise` lists
   */
  count?: number | undefined;
  /** Noise to use instead of a seed's: of every picture, or a list with one for each picture, prompt by prompt. */
  noise?: Noise | readonly Noise[] | undefined;
  /**
   * What pictures are given as: `image` with methods, `rgba` pixels, or `png` bytes.
   * @default 'image'
   */
  output?: Output | undefined;
}

/** What a call takes that loads its model itself. */
export interface ModelChoice extends RuntimeChoice {
  /**
   * The path of a model bundle, a folder or a zip archive; the URL of its folder; an archive's bytes; or its files.
   * @default the model that comes with the package
   */
  model?: ModelSource | undefined;
}

export interface GenerateOptions<Output extends OutputKind = 'image'>
  extends ModelGenerateOptions<Output>,
    ModelChoice {}

/** One end of an interpolation of a model without text. */
export interface NoiseEnd {
  /** @default that of the other end, or a random one */
  seed?: number | undefined;
  noise?: Noise | undefined;
}

/** One end of an interpolation. */
export interface TextEnd extends NoiseEnd {
  prompt: string;
}

/** One picture to draw, before a model is asked how much noise it takes. */
export interface PictureChoice {
  seed: number;
  noise: Noise | undefined;
}

/** The options of loading with the defaults filled in. */
export interface CheckedLoadOptions {
  conditional: boolean;
  runtime: RuntimeOptions;
  signal: AbortSignal | undefined;
  onProgress: ReportProgress | undefined;
}

/** Which model a call loads, and where it runs. */
export interface CheckedModelChoice {
  source: ModelSource | undefined;
  runtime: RuntimeOptions;
}

/** The options of drawing with the defaults filled in. */
export interface CheckedDrawOptions {
  size: number | undefined;
  truncation: number | undefined;
  variation: number;
  signal: AbortSignal | undefined;
  onProgress: ReportProgress | undefined;
}

export interface CheckedGenerateOptions extends CheckedDrawOptions {
  /** For each prompt, its pictures. */
  pictures: PictureChoice[][];
  output: OutputKind;
}

const MAX_COUNT = 64;
const MAX_PROMPTS = 1000;
const MAX_PICTURES = 10_000;
const MAX_STEPS = 1000;

const finiteNumbers = z.custom<ArrayLike<number>>(isFiniteList, { error: 'a list of finite numbers' });
const noiseSchema = z.strictObject(
  { z: finiteNumbers, eps: z.optional(z.array(finiteNumbers, { error: 'a list of lists' })) },
  { error: 'an object with z' },
);
const seedSchema = integer(0, MAX_SEED);
/** The schemas of {@link CallOptions}. */
export const callFields = {
  signal: z.optional(
    z.custom<AbortSignal>((value) => value instanceof AbortSignal, { error: 'an AbortSignal' }),
  ),
  onProgress: z.optional(
    z.custom<ReportProgress>((value) => typeof value === 'function', { error: 'a function' }),
  ),
};
const runtimeFields = {
  device: z.optional(oneOf(DEVICE_CHOICES)),
  workers: z.optional(integer(0, 64)),
  assets: z.optional(text(4096)),
};
const drawFields = {
  ...callFields,
  size: z.optional(integer(1, 65_536)),
  truncation: z.optional(number(0, 10)),
  variation: z.optional(number(0, 4)),
};
const generateFields = {
  ...drawFields,
  seed: z.optional(z.unknown()),
  count: z.optional(integer(1, MAX_COUNT)),
  noise: z.optional(z.unknown()),
  output: z.optional(oneOf(OUTPUT_KINDS)),
};
const options = { error: 'an object of options' };
const loadSchema = z.strictObject(
  { ...callFields, ...runtimeFields, conditional: z.optional(z.boolean({ error: 'true or false' })) },
  options,
);
const callSchema = z.strictObject(callFields, options);
const drawSchema = z.strictObject(drawFields, options);
const generateSchema = z.strictObject(generateFields, options);
const sourceSchema = z.custom<ModelSource>(isModelSource, {
  error: 'the path or URL of a model bundle, an archive, or its files',
});
const modelSchema = z.looseObject({ ...runtimeFields, model: z.optional(sourceSchema) }, options);
const promptSchema = z.string({ error: 'a text' });
const promptsSchema = list(promptSchema, 1, MAX_PROMPTS);
const seedListSchema = list(seedSchema, 1, MAX_PICTURES);
const noiseListSchema = list(noiseSchema, 1, MAX_PICTURES);
const endFields = { seed: z.optional(seedSchema), noise: z.optional(noiseSchema) };
const noiseEndSchema = z.strictObject(endFields, { error: 'an object with seed or noise' });
const textEndSchema = z.strictObject(
  { ...endFields, prompt: promptSchema },
  { error: 'a text, or an object with prompt' },
);

/** @throws WordbrushError INVALID_OPTION. */
export function checkLoadOptions(input: unknown): CheckedLoadOptions {
  const { conditional = true, signal, onProgress, ...choice } = check(loadSchema, input, 'options');
  return { conditional, signal, onProgress, runtime: runtimeOf(choice) };
}

function runtimeOf({ device = 'auto', workers, assets }: RuntimeChoice): RuntimeOptions {
  return { device, workers, assets };
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkCallOptions(input: unknown): z.infer<typeof callSchema> {
  return check(callSchema, input, 'options');
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkSource(input: unknown): ModelSource | undefined {
  return check(z.optional(sourceSchema), input, 'source');
}

/**
 * What decides which model is loaded, and the other options, which are yet to be checked.
 * @throws WordbrushError INVALID_OPTION.
 */
export function separateModel(input: unknown): { choice: CheckedModelChoice; rest: object } {
  const { model: source, device, workers, assets, ...rest } = check(modelSchema, input, 'options');
  return { choice: { source, runtime: runtimeOf({ device, workers, assets }) }, rest };
}

/** One prompt, or a list of them. @throws WordbrushError INVALID_OPTION. */
function checkPrompts(input: unknown): readonly string[] {
  return Array.isArray(input)
    ? check(promptsSchema, input, 'prompts')
    : [check(promptSchema, input, 'prompt')];
}

/**
 * The prompts of a call, of which nothing more can be said without a model.
 * @throws WordbrushError INVALID_OPTION, PROMPT_EMPTY, PROMPT_TOO_LONG.
 */
export function checkedPrompts(input: unknown): readonly string[] {
  const prompts = checkPrompts(input);
  for (const prompt of prompts) {
    checkPrompt(prompt);
  }
  return prompts;
}

/** One text that is to be a text. @throws WordbrushError INVALID_OPTION, PROMPT_EMPTY, PROMPT_TOO_LONG. */
export function checkedText(input: unknown, name: string): string {
  const text = check(promptSchema, input, name);
  checkPrompt(text);
  return text;
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkDrawOptions(input: unknown): CheckedDrawOptions {
  const { size, truncation, variation = 1, signal, onProgress } = check(drawSchema, input, 'options');
  return { size, truncation, variation, signal, onProgress };
}

/**
 * @param prompts how many prompts the call has; 1 for a model without text.
 * @throws WordbrushError INVALID_OPTION.
 */
export function checkGenerateOptions(input: unknown, prompts: number): CheckedGenerateOptions {
  const checked = check(generateSchema, input, 'options');
  const { size, truncation, variation = 1, signal, onProgress, output = 'image' } = checked;
  const pictures = choosePictures(checked, prompts);
  return { pictures, output, size, truncation, variation, signal, onProgress };
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkSteps(input: unknown): number {
  return check(integer(2, MAX_STEPS), input, 'steps');
}

/**
 * Both ends of an interpolation; what one leaves out the other decides.
 * @throws WordbrushError INVALID_OPTION.
 */
export function checkEnds(
  a: unknown,
  b: unknown,
  conditional: boolean,
): [PictureChoice & { prompt: string }, PictureChoice & { prompt: string }] {
  const read = (
    input: unknown,
    name: string,
  ): { prompt: string; seed?: number | undefined; noise?: Noise | undefined } => {
    if (!conditional) {
      return { prompt: '', ...check(noiseEndSchema, input, name) };
    }
    return typeof input === 'string' ? { prompt: input } : check(textEndSchema, input, name);
  };
  const [first, second] = [read(a, 'a'), read(b, 'b')];
  const seed = first.seed ?? second.seed ?? randomSeed();
  return [
    { prompt: first.prompt, noise: first.noise, seed: first.seed ?? seed },
    { prompt: second.prompt, noise: second.noise, seed: second.seed ?? seed },
  ];
}

/** Which seed and noise each picture has. */
function choosePictures(
  input: { seed?: unknown; noise?: unknown; count?: number | undefined },
  prompts: number,
): PictureChoice[][] {
  const seeds = readSeeds(input.seed);
  const noises = readNoises(input.noise);
  const listed = Array.isArray(seeds) ? seeds.length : Array.isArray(noises) ? noises.length : undefined;
  const count = input.count ?? Math.max(1, Math.floor((listed ?? prompts) / prompts));
  const total = count * prompts;
  for (const [name, values] of [
    ['seed', seeds],
    ['noise', noises],
  ] as const) {
    if (Array.isArray(values) && values.length !== total) {
      const expected = `one entry for each of ${total} pictures`;
      throw invalidOption(name, `Expected ${name}: ${expected}, received a list of ${values.length}`);
    }
  }
  if (total > MAX_PICTURES) {
    throw invalidOption('count', `Expected at most ${MAX_PICTURES} pictures in a call, received ${total}`);
  }
  if (typeof seeds === 'number' && seeds > MAX_SEED - (count - 1)) {
    throw invalidOption(
      'seed',
      `Expected seed: at most ${MAX_SEED} minus count - 1, received ${show(seeds)}`,
    );
  }
  return Array.from({ length: prompts }, (_, prompt) =>
    Array.from({ length: count }, (_, k): PictureChoice => {
      const index = prompt * count + k;
      return {
        seed: typeof seeds === 'number' ? seeds + k : (seeds[index] ?? 0),
        noise: Array.isArray(noises) ? noises[index] : noises,
      };
    }),
  );
}

function readSeeds(input: unknown): number | number[] {
  if (input === undefined) {
    return randomSeed();
  }
  return Array.isArray(input) ? check(seedListSchema, input, 'seed') : check(seedSchema, input, 'seed');
}

function readNoises(input: unknown): Noise | Noise[] | undefined {
  if (input === undefined) {
    return undefined;
  }
  return Array.isArray(input) ? check(noiseListSchema, input, 'noise') : check(noiseSchema, input, 'noise');
}

function isFiniteList(value: unknown): boolean {
  const isNumbers = value instanceof Float32Array || value instanceof Float64Array;
  return (isNumbers || Array.isArray(value)) && Array.from<unknown>(value).every(Number.isFinite);
}

/** @throws WordbrushError INVALID_OPTION. */
export function check<Schema extends z.ZodMiniType>(
  schema: Schema,
  input: unknown,
  name: string,
): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) {
    return result.data;
  }
  // An argument's parts are named with it: noise.z, not z.
  const named = name === 'options' ? undefined : z.object({ [name]: schema }).safeParse({ [name]: input });
  const error = named?.error ?? result.error;
  const { path, sentence } = describeIssue(error, named === undefined ? input : { [name]: input }, 'options');
  throw invalidOption(path === '' ? name : path, sentence);
}

function invalidOption(option: string, sentence: string): WordbrushError {
  return new WordbrushError('INVALID_OPTION', `${sentence}.`, { details: { option } });
}

/** Below 2^32, so that it can be read out and typed again. */
function randomSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}
