import { reasonOf, WordbrushError } from '../../../src/sdk/errors.js';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import type { Value } from '../graph/graph.js';
import { sizeOf, type TensorArray, type TensorData } from '../graph/tensor-data.js';
import type { ModelTrace } from '../model-graph.js';
import type { VerifyCase } from './cases.js';
import { type InputKind, inputKindOf } from './input-kinds.js';
import { runLayers } from './reference.js';

export interface DrawOptions {
  /** How many sets of inputs. */
  count: number;
  /** Of the random numbers. */
  seed: number;
}

/** Batch sizes and free sizes along the first and the further axes, in turn; lengths first of all differ. */
const BATCH_SIZES = [1, 3, 2, 5, 4];
const FREE_SIZES = [
  [7, 5],
  [12, 8],
  [1, 3],
  [4, 9],
  [23, 16],
] as const;

/** Free sizes are doubled this often where a model finds them too small: up to 32 times, as deep image models shrink. */
const DOUBLINGS = 6;

/** For integers that nothing tells more about. */
const INTEGER_LIMIT = 10;

/**
 * Random inputs that fit a model: ids for its embeddings, standard normal numbers elsewhere, in several batch sizes
 * and, where sizes are free, several lengths; each long enough for the model to give something.
 * Throws `INVALID_OPTION` where TF.js runs the model on none.
 */
export function drawCases(trace: ModelTrace, options: DrawOptions): VerifyCase[] {
  const kinds = trace.inputs.map((_, index) => inputKindOf(trace, index));
  return Array.from({ length: options.count }, (_, index) => {
    const random = new RandomStream(options.seed, index);
    const batchSize = BATCH_SIZES[index % BATCH_SIZES.length] ?? 1;
    let failure: unknown;
    for (let doubling = 0; doubling < DOUBLINGS; doubling++) {
      const [rows = 1, columns = 1] = FREE_SIZES[index % FREE_SIZES.length] ?? [];
      const sizes = [batchSize, rows * 2 ** doubling, columns * 2 ** doubling];
      const one = drawCase(trace, kinds, sizes, random);
      if (!hasFreeSizes(trace)) return one;
      try {
        if ([...runLayers(trace, one.inputs).values()].every(isUsable)) return one;
      } catch (error) {
        failure = error;
      }
    }
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected TensorFlow.js to run the model on random inputs, but: ${failure === undefined ? 'it gives no numbers' : reasonOf(failure)}.`,
      {
        hint: 'Fix the sizes of its inputs, or verify with inputs of your own: verify(model, converted, { cases }).',
        cause: failure,
      },
    );
  });
}

function drawCase(
  trace: ModelTrace,
  kinds: readonly InputKind[],
  sizes: readonly number[],
  random: RandomStream,
): VerifyCase {
  const inputs = trace.graph.inputs.map((input, index): [string, TensorData] => {
    const shape = (input.shape ?? []).map((size, axis) =>
      typeof size === 'number' ? size : (sizes[Math.min(axis, sizes.length - 1)] ?? 1),
    );
    return [input.name, { shape, data: draw(input, kinds[index] ?? { kind: 'normal' }, shape, random) }];
  });
  const shapes = inputs.map(([name, { shape }]) => `${name} ${shape.join('×')}`);
  return { name: `random ${shapes.join(', ')}`, inputs: Object.fromEntries(inputs) };
}

function draw(input: Value, kind: InputKind, shape: readonly number[], random: RandomStream): TensorArray {
  const size = sizeOf(shape);
  if (kind.kind === 'ids') {
    const ids = drawIds(kind, shape, random);
    return input.dataType === 'int32' ? ids : Float32Array.from(ids);
  }
  if (input.dataType === 'int32')
    return Int32Array.from({ length: size }, () => random.integer(INTEGER_LIMIT));
  if (input.dataType === 'bool') return Uint8Array.from({ length: size }, () => random.integer(2));
  const numbers = random.normals(size);
  if (kind.kind === 'padded') padSteps(numbers, shape, kind.maskValue, random);
  return numbers;
}

function drawIds(
  { limit, hasPadding }: { limit: number; hasPadding: boolean },
  shape: readonly number[],
  random: RandomStream,
): Int32Array {
  const least = hasPadding && limit > 1 ? 1 : 0;
  const ids = Int32Array.from({ length: sizeOf(shape) }, () => least + random.integer(limit - least));
  if (hasPadding) padSteps(ids, [...shape, 1], 0, random);
  return ids;
}

/** Ends each sequence of `[..., time, features]` after a random number of steps, one at the least. */
function padSteps(
  data: Int32Array | Float32Array,
  shape: readonly number[],
  padding: number,
  random: RandomStream,
): void {
  const [time = 1, features = 1] = shape.slice(-2);
  for (let begin = 0; begin < data.length; begin += time * features) {
    const length = 1 + random.integer(time);
    data.fill(padding, begin + length * features, begin + time * features);
  }
}

function hasFreeSizes(trace: ModelTrace): boolean {
  return trace.graph.inputs.some(({ shape = [] }) => shape.slice(1).some((size) => typeof size !== 'number'));
}

/** What is too small gives empty maps, numbers that are none, or in TF.js sizes below zero. */
function isUsable({ shape, data }: TensorData): boolean {
  const isThere = shape.every((size) => size > 0);
  return isThere && Array.prototype.every.call(data, (number) => Number.isFinite(Number(number)));
}
