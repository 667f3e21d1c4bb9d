import type { TensorValue } from '../runtime/platform.js';
import type { TensorValues } from './run-graph.js';

/** Puts values of batch 1 and equal sizes together, one row each. */
export function stackRows(rows: readonly TensorValue[]): TensorValue {
  const [first] = rows;
  if (first === undefined) {
    throw new RangeError('Expected at least one row.');
  }
  if (rows.length === 1) {
    return first;
  }
  const { data, dims } = first;
  const length = data.length;
  const stacked =
    data instanceof Int32Array
      ? new Int32Array(length * rows.length)
      : new Float32Array(length * rows.length);
  for (const [index, row] of rows.entries()) {
    stacked.set(row.data, index * length);
  }
  return { data: stacked, dims: [rows.length, ...dims.slice(1)] };
}

/** Puts the values of several pictures together, name by name. All have the same names. */
export function stackValues(rows: readonly TensorValues[]): Map<string, TensorValue> {
  const stacked = new Map<string, TensorValue>();
  for (const name of rows[0]?.keys() ?? []) {
    stacked.set(name, stackRows(rows.flatMap((row) => row.get(name) ?? [])));
  }
  return stacked;
}

/** Whether the values of two pictures have the same sizes, so that they can be stacked. */
export function sameSizes(a: TensorValues, b: TensorValues): boolean {
  return [...a].every(([name, { dims }]) => dims.join() === b.get(name)?.dims.join());
}
