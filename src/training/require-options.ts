import { z } from 'zod';
import { WordbrushError } from '../sdk/errors.js';
import { describeIssue } from '../sdk/validation/describe-issue.js';

/** A size or number of things. */
export function wholeNumber(least: number) {
  const error = `a whole number of at least ${least}`;
  return z.int({ error }).min(least, { error });
}

/** @throws {WordbrushError} `INVALID_OPTION` naming the first option that does not fit, what was expected and what came. */
export function requireOptions(schema: z.ZodType, options: unknown, owner: string): void {
  const result = schema.safeParse(options);
  if (result.success) return;
  const { path, sentence } = describeIssue(result.error, options, `${owner}'s options`);
  throw new WordbrushError('INVALID_OPTION', `${sentence}.`, { details: { owner, option: path } });
}
