import { WordbrushError } from '../../../src/sdk/errors.js';
import type { Value } from '../graph/graph.js';
import { sizeOf } from '../graph/tensor-data.js';
import type { NamedTensors } from './onnx-session.js';

/** One set of inputs to compare on. */
export interface VerifyCase {
  /** For messages and results, such as `captions of 1, 5 and 18 words`. */
  readonly name: string;
  /** A tensor for every input of the graph, by name and in the graph's layout. */
  readonly inputs: NamedTensors;
}

export interface RandomCaseOptions {
  random: (length: number) => Float32Array;
  batchSizes: readonly number[];
  /** Sizes for free dimensions beside the batch, by name. */
  sizes: Readonly<Record<string, number>>;
}

/** A case of random numbers for each batch size. Throws `INVALID_OPTION` for inputs that cannot be made up. */
export function randomCases(inputs: readonly Value[], options: RandomCaseOptions): VerifyCase[] {
  return options.batchSizes.map((batchSize) => ({
    name: `random, batch ${batchSize}`,
    inputs: Object.fromEntries(
      inputs.map((input) => {
        const shape = concreteShape(input, batchSize, options.sizes);
        return [input.name, { shape, data: options.random(sizeOf(shape)) }];
      }),
    ),
  }));
}

function concreteShape(input: Value, batchSize: number, sizes: Readonly<Record<string, number>>): number[] {
  if (input.dataType !== 'float32') {
    throw impossible(`input "${input.name}" takes ${input.dataType}, which random floats do not fit`);
  }
  return (input.shape ?? []).map((dimension, axis) => {
    if (typeof dimension === 'number') return dimension;
    if (axis === 0) return batchSize;
    const size = sizes[dimension ?? ''];
    if (size === undefined) throw impossible(`the size "${dimension}" of input "${input.name}" is free`);
    return size;
  });
}

function impossible(reason: string): WordbrushError {
  return new WordbrushError('INVALID_OPTION', `Expected inputs to verify with, but ${reason}.`, {
    hint: 'Pass the option "cases" with tensors for every input, or "sizes" for free sizes.',
  });
}
