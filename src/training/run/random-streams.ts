import { RandomStream } from '../../sdk/noise/random-stream.js';

/**
 * Which numbers belong to what. Each training step has a stream of its own, found from its number alone, so a
 * resumed run draws what an uninterrupted one would, with no generator state to keep.
 */
const FIRST_STREAM = {
  textEncoder: 0,
  stage1: 1 * 2 ** 28,
  stage1Order: 2 * 2 ** 28,
  samples: 3 * 2 ** 28,
  export: 4 * 2 ** 28,
} as const;

/** Random numbers of step `index` (0 = starting weights) of a phase of the run with this seed. */
export function randomStream(seed: number, phase: keyof typeof FIRST_STREAM, index: number): RandomStream {
  return new RandomStream(seed, FIRST_STREAM[phase] + index);
}
