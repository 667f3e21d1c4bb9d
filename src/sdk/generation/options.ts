import { z } from 'zod';
import { WordbrushError } from '../errors.js';
import { MAX_SEED } from '../noise/index.js';
import { describeIssue, show } from '../validation/describe-issue.js';
import { integer, text } from '../validation/expectations.js';
import type { ProgressEvent, ReportProgress } from './progress.js';

export interface LoadOptions {
  /** Stops the call with an error of code ABORTED, between two files, graphs, stages or pictures. */
  signal?: AbortSignal | undefined;
  /** Called as the work goes on. If it throws, the work goes on, and a process warning says so. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
}

export interface ModelGenerateOptions extends LoadOptions {
  /**
   * Integer from 0 to 2^53 - 1. Picture k is drawn from seed + k, so its seed alone gives it again.
   * @default a random number below 2^32, which the result tells
   */
  seed?: number | undefined;
  /**
   * How many pictures, 1 to 64.
   * @default 1
   */
  count?: number | undefined;
}

export interface GenerateOptions extends ModelGenerateOptions {
  /**
   * Folder of a model bundle.
   * @default the model that comes with the package
   */
  model?: string | undefined;
}

/** The options with the defaults filled in. */
export interface CheckedGenerateOptions {
  seed: number;
  count: number;
  signal: AbortSignal | undefined;
  onProgress: ReportProgress | undefined;
}

const MAX_COUNT = 64;

const loadFields = {
  signal: z
    .custom<AbortSignal>((value) => value instanceof AbortSignal, { error: 'an AbortSignal' })
    .optional(),
  onProgress: z
    .custom<ReportProgress>((value) => typeof value === 'function', { error: 'a function' })
    .optional(),
};
const generateFields = {
  ...loadFields,
  seed: integer(0, MAX_SEED).optional(),
  count: integer(1, MAX_COUNT).optional(),
};
const options = { error: 'an object of options' };
const loadSchema = z.strictObject(loadFields, options);
const modelGenerateSchema = z.strictObject(generateFields, options);
const generateSchema = z.strictObject({ ...generateFields, model: text(4096).optional() }, options);

const promptSchema = z.string({ error: 'a text' });
const locationSchema = text(4096).optional();

/** @throws WordbrushError INVALID_OPTION. */
export function checkLoadOptions(input: unknown): z.infer<typeof loadSchema> {
  return check(loadSchema, input, 'options');
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkLocation(input: unknown): string | undefined {
  return check(locationSchema, input, 'path');
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkPromptType(input: unknown): string {
  return check(promptSchema, input, 'prompt');
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkModelGenerateOptions(input: unknown): CheckedGenerateOptions {
  return fillDefaults(check(modelGenerateSchema, input, 'options'));
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkGenerateOptions(input: unknown): CheckedGenerateOptions & { model: string | undefined } {
  const checked = check(generateSchema, input, 'options');
  return { ...fillDefaults(checked), model: checked.model };
}

function fillDefaults(checked: z.infer<typeof modelGenerateSchema>): CheckedGenerateOptions {
  const { seed = randomSeed(), count = 1, signal, onProgress } = checked;
  if (seed > MAX_SEED - (count - 1)) {
    throw invalidOption('seed', `Expected seed: at most ${MAX_SEED} minus count - 1, received ${show(seed)}`);
  }
  return { seed, count, signal, onProgress };
}

function check<Schema extends z.ZodType>(schema: Schema, input: unknown, name: string): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (!result.success) {
    const { path, sentence } = describeIssue(result.error, input, name);
    throw invalidOption(path === '' ? name : path, sentence);
  }
  return result.data;
}

function invalidOption(option: string, sentence: string): WordbrushError {
  return new WordbrushError('INVALID_OPTION', `${sentence}.`, { details: { option } });
}

/** Below 2^32, so that it can be read out and typed again. */
function randomSeed(): number {
  const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
  return seed;
}
