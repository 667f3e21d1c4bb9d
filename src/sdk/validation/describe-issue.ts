import type * as z from 'zod/mini';

const MAX_SHOWN_CHARACTERS = 60;

export interface DescribedIssue {
  /** Where in the input, `stages.0.size` for example; empty for the input itself. */
  path: string;
  /** What was expected and what came, as a sentence without its full stop. */
  sentence: string;
}

/** Puts the first issue that zod found in `input` into words; the schema's messages say what was expected. */
export function describeIssue(error: z.core.$ZodError, input: unknown, name: string): DescribedIssue {
  const issue = error.issues[0];
  if (issue === undefined) {
    return { path: '', sentence: `Expected a valid ${name}` };
  }
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0] ?? ''].join('.');
    return { path, sentence: `Expected only known entries in ${name}, received ${JSON.stringify(path)}` };
  }
  const path = issue.path.map(String).join('.');
  const received = show(valueAt(input, issue.path));
  return { path, sentence: `Expected ${path === '' ? name : path}: ${issue.message}, received ${received}` };
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    input,
  );
}

/** A value as a message shows it: short, and never the whole of a large object. */
export function show(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (typeof value === 'function') {
    return 'a function';
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
  }
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > MAX_SHOWN_CHARACTERS ? `${shown.slice(0, MAX_SHOWN_CHARACTERS)}…` : shown;
}
