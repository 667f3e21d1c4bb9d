import type { Manifest, StageDescription } from '../bundle/index.js';
import { WordbrushError } from '../errors.js';
import { normalNoise, truncatedNoise } from '../noise/index.js';

/** The stream of a seed that z is drawn from. Stage s draws its eps from stream {@link EPS_STREAM} + s. */
const Z_STREAM = 0;
const EPS_STREAM = 1;
/** Far from the others: values of z outside the truncation are drawn again from here. */
const TRUNCATION_STREAM = 1000;

/** Noise given outright instead of by a seed. */
export interface Noise {
  /** `zDim` numbers from -1e6 to 1e6, of standard normal distribution in training. A call of a model copies them when it begins. */
  z: ArrayLike<number>;
  /**
   * `epsDim` such numbers for each stage that takes `eps`, which picks one of the pictures that a text allows.
   * @default drawn from the seed
   */
  eps?: readonly ArrayLike<number>[] | undefined;
}

/** The noise of one picture. */
export interface PictureNoise {
  z: Float32Array;
  /** For each stage that takes one, in order. */
  eps: readonly Float32Array[];
}

export interface NoiseOptions {
  seed: number;
  /** z is drawn within plus and minus this. */
  truncation: number | undefined;
  /** What eps is multiplied by. */
  variation: number;
  given: Noise | undefined;
}

/** What of a manifest decides how much noise a picture takes. */
export interface NoiseShape {
  zDim: number;
  epsDim: number;
  /** Of each stage that takes eps, its number from 0. */
  epsStages: readonly number[];
}

export function noiseShapeOf({ noise, stages }: Manifest): NoiseShape {
  const takesEps = ({ inputs }: StageDescription): boolean => inputs.includes('eps');
  return { ...noise, epsStages: stages.flatMap((stage, index) => (takesEps(stage) ? [index] : [])) };
}

/**
 * The noise of one picture: z from stream 0 of its seed, eps of stage s from stream 1 + s.
 * @throws WordbrushError INVALID_OPTION for given noise of the wrong length.
 */
export function drawNoise({ zDim, epsDim, epsStages }: NoiseShape, options: NoiseOptions): PictureNoise {
  const { seed, truncation, variation, given } = options;
  if (given !== undefined) {
    requireLength('noise.z', given.z, zDim);
    if (given.eps !== undefined) {
      requireLength('noise.eps', given.eps, epsStages.length);
      for (const [index, eps] of given.eps.entries()) requireLength(`noise.eps.${index}`, eps, epsDim);
    }
  }
  const drawZ = () =>
    truncation === undefined
      ? normalNoise(seed, Z_STREAM, zDim)
      : truncatedNoise(seed, Z_STREAM, TRUNCATION_STREAM, zDim, truncation);
  const eps = epsStages.map((stage, index) => {
    const outright = given?.eps?.[index];
    const values =
      outright === undefined ? normalNoise(seed, EPS_STREAM + stage, epsDim) : Float32Array.from(outright);
    return variation === 1 ? values : values.map((value) => value * variation);
  });
  return { z: given === undefined ? drawZ() : Float32Array.from(given.z), eps };
}

function requireLength(name: string, { length }: ArrayLike<unknown>, expected: number): void {
  if (length !== expected) {
    throw new WordbrushError('INVALID_OPTION', `Expected ${name}: ${expected} entries, received ${length}.`, {
      hint: 'model.info().noise says how many numbers the model takes.',
      details: { option: name },
    });
  }
}
