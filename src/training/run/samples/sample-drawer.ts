import type * as tf from '@tensorflow/tfjs';
import type { TextVectors } from '../text/text-source.js';

/** Pictures that a generator drew. */
export type DrawnSamples = {
  /** `[count, side, side, 3]` in [-1, 1], one a stage that draws, smallest first. */
  scales: tf.Tensor4D[];
  /** Of the last stage that attends to words, `[count, side, side, time]`; undefined where none does. */
  attention?: tf.Tensor4D | undefined;
};

/** Draws with a generator's averaged weights, in inference mode. */
export interface SampleDrawer {
  /** Sizes of the noise vectors that it reads. */
  noiseDims: readonly number[];
  /**
   * Called inside of `tf.tidy`.
   * @param text undefined for a model without text.
   * @param noise `[count, dim]` for each of `noiseDims`.
   */
  draw: (text: TextVectors | undefined, noise: readonly tf.Tensor2D[]) => DrawnSamples;
}

/** The noise of this place, which every drawer has been given. */
export function noiseAt(noise: readonly tf.Tensor2D[], place: number): tf.Tensor2D {
  const found = noise[place];
  if (found === undefined)
    throw new RangeError(`Expected at least ${place + 1} noises, received ${noise.length}.`);
  return found;
}
