import { z } from 'zod';
import { WordbrushError } from '../../../sdk/errors.js';
import { attnganConfigSchema } from './attngan-config.js';
import { type EncoderConfig, encoderConfigSchemas } from './encoder-config.js';
import { fromFirstForm, stackganConfigSchema } from './stackgan-config.js';
import { stackganPlusPlusConfigSchema } from './stackgan-pp-config.js';

/** Letters of a wrong value that are shown. */
const MOST_SHOWN = 80;

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
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const field = path.join('.');
  const given = path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
  throw new WordbrushError('CONFIG_INVALID', `${source}: ${describeIssue(issue, field, given)}.`, {
    details: { source, field },
  });
}

/** What is wrong with the value that a field was given. */
function describeIssue(issue: z.core.$ZodIssue | undefined, field: string, given: unknown): string {
  if (issue?.code === 'unrecognized_keys') {
    const unknown = issue.keys.map((name) => (field === '' ? name : `${field}.${name}`)).join(', ');
    const known = isObject(given) ? Object.keys(given).filter((name) => !issue.keys.includes(name)) : [];
    return `there is no field ${unknown}; fields there are: ${known.join(', ')}`;
  }
  const received = JSON.stringify(given)?.slice(0, MOST_SHOWN) ?? 'nothing';
  return `${field || 'the whole file'}: ${issue?.message ?? 'not a configuration'}, received ${received}`;
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
