import { reasonOf, WordbrushError } from '../errors.js';
import type { GraphSession, TensorValue } from '../runtime/platform.js';

export type TensorValues = ReadonlyMap<string, TensorValue>;

/**
 * Runs a graph on those of `values` that it takes.
 * @throws WordbrushError MODEL_INVALID if one is missing or the run fails.
 */
export async function runGraph(
  session: GraphSession,
  values: TensorValues,
  file: string,
): Promise<TensorValues> {
  const feeds = new Map<string, TensorValue>();
  for (const { name } of session.inputs) {
    feeds.set(name, requireValue(values, name, file));
  }
  try {
    return await session.run(feeds);
  } catch (error) {
    throw new WordbrushError('MODEL_INVALID', `Expected the graph ${file} to run: ${reasonOf(error)}.`, {
      hint: 'Get the model bundle again, or export it again.',
      cause: error,
      details: { file },
    });
  }
}

/** @throws WordbrushError MODEL_INVALID if there is no value of that name. */
export function requireValue(values: TensorValues, name: string, file: string): TensorValue {
  const value = values.get(name);
  if (value === undefined) {
    throw new WordbrushError(
      'MODEL_INVALID',
      `Expected a value ${name} for the graph ${file}; there is none.`,
      {
        details: { file, value: name },
      },
    );
  }
  return value;
}
