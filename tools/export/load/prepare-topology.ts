import { isRecord } from './model-description.js';

/** What Keras calls the object that says in which numbers a layer computes. */
const POLICY = /Policy$/u;

/**
 * The layers of a saved model as TensorFlow.js builds them fast: with initialisers that do nothing, since all weights
 * come from the file and some initialisers, such as orthogonal ones, take minutes; and with `float32` for the dtype
 * policies of Keras, whatever they say: TensorFlow.js knows names of types only, and computes in float32 always.
 */
export function prepareTopology(
  topology: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(topology).map(([key, entry]) => {
      if (!isRecord(entry)) return [key, Array.isArray(entry) ? entry.map(prepareEntry) : entry];
      if (/_initializer$|Initializer$/u.test(key)) return [key, { class_name: 'Zeros', config: {} }];
      if (key === 'dtype' && POLICY.test(String(entry.class_name))) return [key, 'float32'];
      return [key, prepareTopology(entry)];
    }),
  );
}

function prepareEntry(entry: unknown): unknown {
  if (Array.isArray(entry)) return entry.map(prepareEntry);
  return isRecord(entry) ? prepareTopology(entry) : entry;
}
