import type { RandomStream } from '../../sdk/noise/random-stream.js';

/** How many prompts a sample grid shows. */
const SAMPLE_PROMPTS = 24;

/** The pictures whose first captions a run draws in each of its sample grids, always the same. */
export function samplePictures(pictures: number, random: RandomStream): number[] {
  return Array.from({ length: SAMPLE_PROMPTS }, () => random.integer(pictures));
}
