import { type SafetensorsTensor, tensorOfBytes } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { containerGlobals } from '../pickle/container-globals.js';
import { type PickleLimits, unpickle } from '../pickle/unpickle.js';
import { numpyGlobals, PickledArray } from './numpy-globals.js';

/** COCO's are 82,783 arrays of five vectors, 1.7 GB. */
const EMBEDDING_LIMITS: PickleLimits = { bytes: 2 ** 32, operations: 40_000_000, containers: 4_000_000 };

/**
 * Reads the sentence vectors that StackGAN's data sets come with (`char-CNN-RNN-embeddings.pickle`, also skip-thought):
 * a list of arrays, one a picture, or one array of all pictures, of Python 2 or 3.
 * @returns an array a picture, `[captions, dim]`, in the order of `filenames.pickle`.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for anything else.
 */
export function readEmbeddings(bytes: Uint8Array, source: string): SafetensorsTensor[] {
  const value = unpickleData(bytes, source);
  const items = Array.isArray(value) ? value.map(valuesOf) : picturesOf(valuesOf(value));
  const arrays = items.map((values, index) => {
    if (values?.shape.length === 2) return values;
    throw invalidWeights(source, `expected an array of vectors for picture ${index}`);
  });
  const [first] = arrays;
  const dim = first?.shape[1];
  if (first === undefined) throw invalidWeights(source, 'expected a list of arrays');
  const odd = arrays.findIndex(({ shape, dtype }) => shape[1] !== dim || dtype !== first.dtype);
  if (odd >= 0) throw invalidWeights(source, `expected vectors of ${dim} numbers, picture ${odd} has others`);
  return arrays;
}

function valuesOf(item: unknown): SafetensorsTensor | undefined {
  return item instanceof PickledArray ? item.values : undefined;
}

/** One array `[pictures, captions, dim]` as an array a picture; none for anything else. */
function picturesOf(values: SafetensorsTensor | undefined): SafetensorsTensor[] {
  if (values?.shape.length !== 3) return [];
  const { dtype, shape, data } = values;
  const [pictures = 0, ...rest] = shape;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const size = bytes.length / pictures;
  return Array.from({ length: pictures }, (_, picture) =>
    tensorOfBytes(dtype, rest, bytes.slice(picture * size, (picture + 1) * size)),
  );
}

/**
 * Reads a pickled list of texts, such as `filenames.pickle`.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for anything else.
 */
export function readFileNames(bytes: Uint8Array, source: string): string[] {
  const value = unpickleData(bytes, source);
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw invalidWeights(source, 'expected a list of file names');
}

function unpickleData(bytes: Uint8Array, source: string): unknown {
  const globals = new Map([...containerGlobals(source), ...numpyGlobals(source)]);
  const resolver = { resolveGlobal: (name: string) => globals.get(name), resolvePersistent: () => undefined };
  return unpickle(bytes, resolver, source, { limits: EMBEDDING_LIMITS }).value;
}
