import * as tf from '@tensorflow/tfjs';
import type { ImageSet } from './load-images.js';
import { fillRow } from './pictures/fill-row.js';

/** Pictures `[indices, side, side, 3]` in [-1, 1]; those that `flips` marks are mirrored left to right. */
export function imageBatch(
  { size: side, pixels }: ImageSet,
  indices: readonly number[],
  flips: readonly boolean[],
): tf.Tensor4D {
  const bytes = side * side * 3;
  const values = new Float32Array(indices.length * bytes);
  for (const [row, index] of indices.entries()) {
    fillRow(values, row, pixels, { from: index * bytes, side, flip: flips[row] === true });
  }
  return tf.tensor4d(values, [indices.length, side, side, 3]);
}
