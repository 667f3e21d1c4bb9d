// Schemas whose error messages are what was expected, in words that fit "Expected NAME: ...".
import { z } from 'zod';

/** An integer of a closed range. */
export function integer(min: number, max: number) {
  const error = `an integer from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A finite number of a closed range. */
export function number(min: number, max: number) {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

/** A text of 1 to `maxCharacters` characters. */
export function text(maxCharacters: number) {
  const error = `a text of 1 to ${maxCharacters} characters`;
  return z.string({ error }).min(1, { error }).max(maxCharacters, { error });
}

/** One of a few texts. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  const names = values.map((value) => `"${value}"`).join(', ');
  return z.enum(values, { error: values.length === 1 ? names : `one of ${names}` });
}

/** A list of `min` to `max` entries. */
export function list<Entry extends z.ZodType>(entry: Entry, min: number, max: number) {
  const error = `a list of ${min} to ${max} entries`;
  return z.array(entry, { error }).min(min, { error }).max(max, { error });
}
