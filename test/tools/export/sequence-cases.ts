import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import type { VerifyCase } from '../../../tools/export/index.js';
import { int32Tensor, seededNormals } from './compare-with-onnx.js';

/** Batch sizes and numbers of steps: one of each, and more than one word of a vector register. */
export const SIZES: readonly (readonly [batch: number, time: number])[] = [
  [1, 1],
  [2, 3],
  [3, 7],
];

/** Normal numbers `[batch, time, features]` for each of the sizes, under the input's name. */
export function sequenceCases(features: number, sizes = SIZES, name = 'x'): VerifyCase[] {
  const random = seededNormals();
  return sizes.map(([batch, time]) => ({
    name: `batch ${batch}, ${time} steps`,
    inputs: { [name]: { shape: [batch, time, features], data: random(batch * time * features) } },
  }));
}

/** Rows of ids in which 0 is padding: behind, before, in the middle, everywhere and nowhere. */
export const PADDED_IDS: readonly (readonly number[])[] = [
  [3, 1, 4, 2, 0, 0],
  [0, 0, 2, 3, 1, 4],
  [2, 0, 0, 4, 0, 1],
  [0, 0, 0, 0, 0, 0],
  [1, 2, 3, 4, 1, 2],
  [0, 5, 0, 0, 5, 0],
];

/** Ids with padding under the input's name: all of {@link PADDED_IDS} at once, and others of other sizes. */
export function idCases(name = 'ids'): VerifyCase[] {
  const random = new RandomStream(11);
  const rows = (batch: number, time: number) =>
    Array.from({ length: batch * time }, () => Math.max(0, random.integer(9) - 3));
  return [
    { name: 'kinds of padding', inputs: { [name]: int32Tensor(PADDED_IDS.flat(), [6, 6]) } },
    { name: 'nothing but padding', inputs: { [name]: int32Tensor([0, 0, 0], [1, 3]) } },
    { name: 'one word', inputs: { [name]: int32Tensor([2], [1, 1]) } },
    { name: 'at random', inputs: { [name]: int32Tensor(rows(4, 9), [4, 9]) } },
  ];
}
