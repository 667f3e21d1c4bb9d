import { reasonOf, WordbrushError } from '../errors.js';
import type { GraphSession, TensorValue } from '../runtime/platform.js';

export type TensorValues = ReadonlyMap<string, TensorValue>;

export interface RunOptions {
  /** Names of the outputs to bring back. @default all */
  outputs?: readonly string[];
  /** Stops the run at once where it is in a worker. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs a graph on those of `values` that it takes.
 * @throws WordbrushError MODEL_INVALID if one is missing or the run fails; ABORTED, WORKER_LOST from a worker.
 */
export async function runGraph(
  session: GraphSession,
  values: TensorValues,
  file: string,
  { outputs, signal }: RunOptions = {},
): Promise<TensorValues> {
  const feeds = new Map<string, TensorValue>();
  for (const { name } of session.inputs) {
    feeds.set(name, requireValue(values, name, file));
  }
  try {
    return await session.run(feeds, outputs, signal);
  } catch (error) {
    if (error instanceof WordbrushError) {
      throw error;
    }
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

/**
 * A value of finite numbers whose sizes are as expected; undefined stands for any.
 * @throws WordbrushError MODEL_INVALID.
 */
export function requireFloats(
  values: TensorValues,
  name: string,
  expected: readonly (number | undefined)[],
  file: string,
): { data: Float32Array; dims: readonly number[] } {
  const { data, dims } = requireValue(values, name, file);
  const fits =
    dims.length === expected.length && expected.every((size, i) => size === undefined || dims[i] === size);
  if (!fits || !(data instanceof Float32Array)) {
    const shape = expected.map((size) => size ?? 'any').join(', ');
    throw wrongResult(file, `${name} of [${shape}]`, `[${dims.join(', ')}]`);
  }
  if (!allFinite(data)) {
    throw wrongResult(file, `${name} of finite numbers`, 'some that are not');
  }
  return { data, dims };
}

function wrongResult(file: string, expected: string, received: string): WordbrushError {
  return new WordbrushError(
    'MODEL_INVALID',
    `Expected the graph ${file} to give ${expected}, received ${received}.`,
    {
      hint: 'Export the model again.',
      details: { file, expected, received },
    },
  );
}

/** A loop, since a call for each number of a picture would take longer than drawing a small one. */
function allFinite(data: Float32Array): boolean {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    // Infinity and NaN alone do not cancel themselves.
    if (value - value !== 0) {
      return false;
    }
  }
  return true;
}
