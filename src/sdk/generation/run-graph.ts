import { reasonOf, WordbrushError } from '../errors.js';
import { HeldTensorLost, isHeld } from '../runtime/held-tensor.js';
import type { GraphSession, GraphValue, TensorValue } from '../runtime/platform.js';

export type TensorValues = ReadonlyMap<string, TensorValue>;

/** Values some of which may be held on the device. */
export type GraphValues = ReadonlyMap<string, GraphValue>;

export interface RunOptions {
  /** Names of the outputs to bring back. @default all */
  outputs?: readonly string[];
  /** Stops the run at once where it is in a worker. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs a graph that holds nothing on the device on those of `values` that it takes.
 * @throws WordbrushError MODEL_INVALID if one is missing or the run fails; ABORTED, WORKER_LOST from a worker.
 */
export async function runGraph(
  session: GraphSession,
  values: TensorValues,
  file: string,
  options: RunOptions = {},
): Promise<TensorValues> {
  const results = await runHolding(session, values, file, options);
  return new Map(Array.from(results.keys(), (name) => [name, requireValue(results, name, file)]));
}

/**
 * As {@link runGraph}, for a graph that may take and give what is held on the device: the caller disposes of it.
 * @throws HeldTensorLost too, if what it takes is gone.
 */
export async function runHolding(
  session: GraphSession,
  values: GraphValues,
  file: string,
  { outputs, signal }: RunOptions = {},
): Promise<GraphValues> {
  const feeds = new Map<string, GraphValue>();
  for (const { name } of session.inputs) {
    const value = values.get(name);
    if (value === undefined) throw missingValue(name, file);
    feeds.set(name, value);
  }
  try {
    return await session.run(feeds, outputs, signal);
  } catch (error) {
    if (error instanceof WordbrushError || error instanceof HeldTensorLost) {
      throw error;
    }
    throw new WordbrushError('MODEL_INVALID', `Expected the graph ${file} to run: ${reasonOf(error)}.`, {
      hint: 'Get the model bundle again, or export it again.',
      cause: error,
      details: { file },
    });
  }
}

/** @throws WordbrushError MODEL_INVALID if there is no value of that name, or none that is here. */
export function requireValue(values: GraphValues, name: string, file: string): TensorValue {
  const value = values.get(name);
  if (value === undefined || isHeld(value)) throw missingValue(name, file);
  return value;
}

function missingValue(name: string, file: string): WordbrushError {
  return new WordbrushError(
    'MODEL_INVALID',
    `Expected a value ${name} for the graph ${file}; there is none.`,
    {
      details: { file, value: name },
    },
  );
}

/**
 * A value of finite numbers whose sizes are as expected; undefined stands for any.
 * @throws WordbrushError MODEL_INVALID.
 */
export function requireFloats(
  values: GraphValues,
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
