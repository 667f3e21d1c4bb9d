import { RandomStream } from '../../sdk/noise/random-stream.js';

/** Streams of a phase: its steps are fewer. */
const PHASE_STREAMS = 2 ** 28;

/**
 * Which numbers belong to what. Each training step has a stream of its own, found from its number alone, so a
 * resumed run draws what an uninterrupted one would, with no generator state to keep.
 */
const PURPOSES = [
  'textEncoder',
  'stage1',
  'stage1Order',
  'samples',
  'export',
  'textEncoderOrder',
  'stage2',
  'stage2Order',
  'stage1Pictures',
  'stage2Pictures',
] as const;

export type RandomPurpose = (typeof PURPOSES)[number];

/** Random numbers of step `index` (0 = starting weights) of a phase of the run with this seed. */
export function randomStream(seed: number, purpose: RandomPurpose, index: number): RandomStream {
  return new RandomStream(seed, PURPOSES.indexOf(purpose) * PHASE_STREAMS + index);
}
