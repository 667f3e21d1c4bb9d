import * as tf from '@tensorflow/tfjs';
import type { ImageSet } from './load-images.js';

/** Pictures `[indices, side, side, 3]` in [-1, 1]; those that `flips` marks are mirrored left to right. */
export function imageBatch(
  images: ImageSet,
  indices: readonly number[],
  flips: readonly boolean[],
): tf.Tensor4D {
  const { size: side, pixels } = images;
  const bytes = side * side * 3;
  const values = new Float32Array(indices.length * bytes);
  for (const [row, index] of indices.entries()) {
    const flip = flips[row] === true;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = index * bytes + (y * side + (flip ? side - 1 - x : x)) * 3;
        const to = row * bytes + (y * side + x) * 3;
        for (let channel = 0; channel < 3; channel++) {
          values[to + channel] = (pixels[from + channel] ?? 0) / 127.5 - 1;
        }
      }
    }
  }
  return tf.tensor4d(values, [indices.length, side, side, 3]);
}
