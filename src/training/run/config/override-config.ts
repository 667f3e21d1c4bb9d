import { WordbrushError } from '../../../sdk/errors.js';

/**
 * A configuration with fields replaced: `other` over `base`, object by object. Lists, text, numbers and null replace what
 * was there, and so does an object of another `kind`. What fields there may be is checked by the schema afterwards.
 */
export function overlaid(base: unknown, other: unknown): unknown {
  if (!isObject(base) || !isObject(other)) return other;
  if (typeof other.kind === 'string' && other.kind !== base.kind) return other;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(other)) {
    merged[name] = name in base ? overlaid(base[name], value) : value;
  }
  return merged;
}

/**
 * The object that assignments such as `stage2.batchSize=8` say. Values are read as JSON, or as text where they are none.
 * @throws WordbrushError INVALID_OPTION for a text without a name before its `=`.
 */
export function assignmentsAsObject(assignments: readonly string[]): unknown {
  return assignments.reduce<unknown>((object, assignment) => {
    const split = assignment.indexOf('=');
    const path = assignment.slice(0, Math.max(0, split)).split('.');
    if (split < 1 || path.includes('')) {
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected --set: a field and its value, as stage2.batchSize=8, received ${assignment}.`,
      );
    }
    const value = path.reduceRight<unknown>(
      (inner, name) => ({ [name]: inner }),
      parsedValue(assignment.slice(split + 1)),
    );
    return overlaid(object, value);
  }, {});
}

function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
