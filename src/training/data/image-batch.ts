import * as tf from '@tensorflow/tfjs';

/** Pictures in memory: RGB bytes, `[count, side, side, 3]`, row-major. */
export interface PixelBlock {
  side: number;
  count: number;
  pixels: Uint8Array;
}

/** Pictures `[indices, side, side, 3]` in [-1, 1]; those that `flips` marks are mirrored left to right. */
export function imageBatch(
  block: PixelBlock,
  indices: readonly number[],
  flips: readonly boolean[],
): tf.Tensor4D {
  const { side, pixels } = block;
  const size = side * side * 3;
  const values = new Float32Array(indices.length * size);
  for (const [row, index] of indices.entries()) {
    const flip = flips[row] === true;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = index * size + (y * side + (flip ? side - 1 - x : x)) * 3;
        const to = row * size + (y * side + x) * 3;
        for (let channel = 0; channel < 3; channel++) {
          values[to + channel] = (pixels[from + channel] ?? 0) / 127.5 - 1;
        }
      }
    }
  }
  return tf.tensor4d(values, [indices.length, side, side, 3]);
}
