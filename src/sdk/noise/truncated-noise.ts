import { log } from './elementary.js';
import { normalNoise, uniformNoise } from './noise.js';

/** After so many draws, of which each is refused at most 9 times in 10, one chance in 10^22 is left. */
const MAX_ATTEMPTS = 500;

/**
 * `length` float32 draws from the standard normal distribution between plus and minus `limit` (0 to 10): those of
 * `normalNoise(seed, stream, length)` that lie within, the others drawn again from the streams from `againStream` on.
 * Value i depends on (seed, streams, i, limit) alone.
 */
export function truncatedNoise(
  seed: number,
  stream: number,
  againStream: number,
  length: number,
  limit: number,
): Float32Array {
  const values = normalNoise(seed, stream, length);
  const bound = Math.fround(limit);
  let outside = indicesWhere(values, (value) => Math.abs(value) > bound);
  for (let attempt = 0; outside.length > 0 && attempt < MAX_ATTEMPTS; attempt++) {
    // Twice as many numbers as values, so that value i has its own two whatever the length.
    const draws = uniformNoise(seed, againStream + attempt, 2 * length);
    outside = outside.filter((index) => {
      const candidate = Math.fround(bound * (2 * (draws[2 * index] ?? 0) - 1));
      // Accepted with probability exp(-x²/2); a uniform draw of 0 is always below that.
      const height = draws[2 * index + 1] ?? 0;
      const accepted = height === 0 || log(height) <= -0.5 * candidate * candidate;
      if (accepted) values[index] = candidate;
      return !accepted;
    });
  }
  for (const index of outside) values[index] = 0;
  return values;
}

function indicesWhere(values: Float32Array, test: (value: number) => boolean): number[] {
  return Array.from(values.keys()).filter((index) => test(values[index] ?? 0));
}
