import * as z from 'zod/mini';
import { WordbrushError } from '../errors.js';
import { describeIssue } from '../validation/describe-issue.js';
import type { ProgressEvent, ReportProgress } from './progress.js';

/** What every call takes. */
export interface CallOptions {
  /** Stops the call with an error of code ABORTED, between two files, graphs or runs of a graph. */
  signal?: AbortSignal | undefined;
  /** Called as the work goes on. If it throws, the work goes on, and a process warning says so. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/** The schemas of {@link CallOptions}. */
export const callFields = {
  signal: z.optional(
    z.custom<AbortSignal>((value) => value instanceof AbortSignal, { error: 'an AbortSignal' }),
  ),
  onProgress: z.optional(
    z.custom<ReportProgress>((value) => typeof value === 'function', { error: 'a function' }),
  ),
};

/** What a schema of options says was expected. */
export const options = { error: 'an object of options' };

const callSchema = z.strictObject(callFields, options);

/** @throws WordbrushError INVALID_OPTION. */
export function checkCallOptions(input: unknown): z.infer<typeof callSchema> {
  return check(callSchema, input, 'options');
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

/** The error of an option or argument. */
export function invalidOption(option: string, sentence: string): WordbrushError {
  return new WordbrushError('INVALID_OPTION', `${sentence}.`, { details: { option } });
}
