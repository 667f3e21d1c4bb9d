import type { Pixels, TensorValue } from '../runtime/platform.js';

/** For each target place: the source places that it covers, from `first`, and their shares, whose sum is 1. */
interface Taps {
  first: number;
  shares: Float64Array;
}

/**
 * The middle square of a picture as an image encoder takes it: [1, 3, size, size] in [-1, 1]. Resampled by triangles as
 * wide as a pixel of the coarser side, which is bilinear where it grows and averages where it shrinks.
 */
export function imageTensor({ data, width, height }: Pixels, size: number): TensorValue {
  const side = Math.min(width, height);
  const columns = tapsOf(width, side, size);
  const rows = tapsOf(height, side, size);
  // Only these rows are looked at: a strip of a pixel's width may be a hundred million high.
  const top = rows[0]?.first ?? 0;
  const last = rows.at(-1);
  const seen = last === undefined ? 0 : last.first + last.shares.length - top;
  const values = new Float32Array(3 * size * size);
  for (let channel = 0; channel < 3; channel++) {
    const narrow = new Float64Array(seen * size);
    for (let y = 0; y < seen; y++) {
      for (const [x, { first, shares }] of columns.entries()) {
        let sum = 0;
        for (let tap = 0; tap < shares.length; tap++) {
          sum += (shares[tap] ?? 0) * (data[((top + y) * width + first + tap) * 4 + channel] ?? 0);
        }
        narrow[y * size + x] = sum;
      }
    }
    for (const [y, { first, shares }] of rows.entries()) {
      for (let x = 0; x < size; x++) {
        let sum = 0;
        for (let tap = 0; tap < shares.length; tap++) {
          sum += (shares[tap] ?? 0) * (narrow[(first - top + tap) * size + x] ?? 0);
        }
        values[(channel * size + y) * size + x] = sum / 127.5 - 1;
      }
    }
  }
  return { data: values, dims: [1, 3, size, size] };
}

/** Along one axis of `length`, whose middle `side` places become `size`. */
function tapsOf(length: number, side: number, size: number): Taps[] {
  const scale = side / size;
  const reach = Math.max(1, scale);
  const start = (length - side) / 2;
  return Array.from({ length: size }, (_, target): Taps => {
    const middle = start + (target + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(middle - reach));
    const last = Math.min(length - 1, Math.floor(middle + reach));
    const shares = new Float64Array(last - first + 1);
    let sum = 0;
    for (let tap = 0; tap < shares.length; tap++) {
      const share = Math.max(0, 1 - Math.abs(first + tap - middle) / reach);
      shares[tap] = share;
      sum += share;
    }
    return { first, shares: shares.map((share) => share / sum) };
  });
}
