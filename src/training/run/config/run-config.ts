import { z } from 'zod';
import { WordbrushError } from '../../../sdk/errors.js';
import { attnganConfigSchema } from './attngan-config.js';
import { type EncoderConfig, encoderConfigSchemas } from './encoder-config.js';
import { fromFirstForm, stackganConfigSchema } from './stackgan-config.js';
import { stackganPlusPlusConfigSchema } from './stackgan-pp-config.js';

/** Everything that decides what a run does, but for the data. */
export const runConfigSchema = z.discriminatedUnion('architecture', [
  stackganConfigSchema,
  stackganPlusPlusConfigSchema,
  attnganConfigSchema,
  ...encoderConfigSchemas,
]);

export type RunConfig = z.infer<typeof runConfigSchema>;
/** Of a run that trains a generator. */
export type DrawingConfig = Exclude<RunConfig, EncoderConfig>;

/**
 * Checks a configuration; one of an older release is brought to today's form first.
 * @throws WordbrushError CONFIG_INVALID naming the first wrong field.
 */
export function parseRunConfig(value: unknown, source: string): RunConfig {
  const result = runConfigSchema.safeParse(fromFirstForm(value));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'the whole file';
  throw new WordbrushError(
    'CONFIG_INVALID',
    `${source}: ${field}: ${issue?.message ?? 'not a configuration'}.`,
    { details: { source, field } },
  );
}
