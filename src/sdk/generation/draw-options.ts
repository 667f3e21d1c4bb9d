import * as z from 'zod/mini';
import { MAX_SEED } from '../noise/index.js';
import { show } from '../validation/describe-issue.js';
import { integer, list, number, oneOf } from '../validation/expectations.js';
import { type CallOptions, callFields, check, invalidOption, options } from './call-options.js';
import type { ModelChoice } from './load-options.js';
import { OUTPUT_KINDS, type OutputKind } from './output.js';
import type { Noise } from './picture-noise.js';
import type { ReportProgress } from './progress.js';

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

export interface GenerateOptions<Output extends OutputKind = 'image'>
  extends ModelGenerateOptions<Output>,
    ModelChoice {}

/** One picture to draw, before a model is asked how much noise it takes. */
export interface PictureChoice {
  seed: number;
  noise: Noise | undefined;
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

const MAX_PICTURES = 10_000;

/** Far beyond what a normal distribution gives, and far below what overflows in a graph. */
const MAX_NOISE = 1e6;

/** Copied, so that a list that the caller fills anew for the next call stays what it was for this one. */
const finiteNumbers = z.pipe(
  z.custom<ArrayLike<number>>(isFiniteList, {
    error: `a list of finite numbers from -${MAX_NOISE} to ${MAX_NOISE}`,
  }),
  z.transform((numbers: ArrayLike<number>) => Float32Array.from(numbers)),
);

export const noiseSchema = z.strictObject(
  { z: finiteNumbers, eps: z.optional(z.array(finiteNumbers, { error: 'a list of lists' })) },
  { error: 'an object with z' },
);

export const seedSchema = integer(0, MAX_SEED);

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

const drawSchema = z.strictObject(drawFields, options);

const generateSchema = z.strictObject(generateFields, options);

const seedListSchema = list(seedSchema, 1, MAX_PICTURES);

const noiseListSchema = list(noiseSchema, 1, MAX_PICTURES);

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
  return (
    (isNumbers || Array.isArray(value)) &&
    Array.from<unknown>(value).every((one) => typeof one === 'number' && Math.abs(one) <= MAX_NOISE)
  );
}

/** Below 2^32, so that it can be read out and typed again. */
export function randomSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}
