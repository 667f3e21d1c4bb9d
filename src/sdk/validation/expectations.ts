// Schemas whose error messages are what was expected, in words that fit "Expected NAME: ...".
// zod/mini: a page that draws should not fetch what of zod it has no use for.
import * as z from 'zod/mini';

/** An integer of a closed range. */
export function integer(min: number, max: number) {
  const error = `an integer from ${min} to ${max}`;
  return z.int({ error }).check(z.minimum(min, { error }), z.maximum(max, { error }));
}

/** A finite number of a closed range. */
export function number(min: number, max: number) {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).check(z.minimum(min, { error }), z.maximum(max, { error }));
}

/** A text of 1 to `maxCharacters` characters. */
export function text(maxCharacters: number) {
  const error = `a text of 1 to ${maxCharacters} characters`;
  return z.string({ error }).check(z.minLength(1, { error }), z.maxLength(maxCharacters, { error }));
}

/** One of a few texts. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  const names = values.map((value) => `"${value}"`).join(', ');
  return z.enum(values, { error: values.length === 1 ? names : `one of ${names}` });
}

/** A list of `min` to `max` entries. */
export function list<Entry extends z.ZodMiniType>(entry: Entry, min: number, max: number) {
  const error = `a list of ${min} to ${max} entries`;
  return z.array(entry, { error }).check(z.minLength(min, { error }), z.maxLength(max, { error }));
}
