import * as tf from '@tensorflow/tfjs';
import type { CaptionedImage } from '../../data/captioned-image.js';
import { type ImageSet, loadImages } from '../../data/load-images.js';
import { imageFeatures } from '../../encoders/efficientnet-lite0/image-features.js';
import { loadEfficientNetLite0 } from '../../encoders/efficientnet-lite0/load.js';
import type { FeatureMatrix } from '../../evaluation/feature-matrix.js';
import { kernelDistance } from '../../evaluation/kernel-distance.js';
import { randomStream } from '../random-streams.js';
import type { Validation } from '../training-phase.js';
import type { Sampler } from './sampler.js';

export interface KernelValidationOptions {
  sampler: Pick<Sampler, 'drawLargest'>;
  /** Pictures of the training split, whose captions are the prompts. */
  trainingPictures: number;
  /** Real pictures, held out where there are enough. */
  reference: readonly CaptionedImage[];
  /** How many samples are drawn, and how many real pictures are compared with at most. */
  samples: number;
  /** Side of the generator's largest pictures, pixels: real ones are brought to it before they are enlarged. */
  side: number;
  seed: number;
  signal?: AbortSignal | undefined;
}

/** The size that EfficientNet-Lite0 was trained at, pixels. */
const TRUNK_SIDE = 224;
const DRAWN_AT_ONCE = 16;
const STREAM = 2;
const SUBSETS = 4;

/**
 * How far samples are from real pictures, by the kernel distance of EfficientNet-Lite0 features. Quick and rough: to choose
 * among the checkpoints of one run, not to be quoted. The same prompts and noise every time.
 */
export class KernelValidation {
  private real: FeatureMatrix | undefined;

  constructor(private readonly options: KernelValidationOptions) {}

  async measure(): Promise<Validation> {
    const { seed, samples } = this.options;
    const trunk = await loadEfficientNetLite0();
    try {
      this.real ??= await imageFeatures(trunk, await this.loadReal());
      const drawn = await imageFeatures(trunk, this.drawSamples());
      const random = randomStream(seed, 'samples', STREAM + 1);
      const { mean } = kernelDistance(drawn, this.real, { subsets: SUBSETS, subsetSize: samples, random });
      return { score: -mean, metrics: { kernelDistance: mean } };
    } finally {
      trunk.dispose();
    }
  }

  private async loadReal(): Promise<ImageSet> {
    const { reference, samples, side, signal } = this.options;
    const spacing = Math.max(1, Math.floor(reference.length / samples));
    const chosen = reference.filter((_, index) => index % spacing === 0).slice(0, samples);
    const { pixels } = await loadImages(chosen, { size: side, signal });
    const set = new Uint8Array(chosen.length * TRUNK_SIDE * TRUNK_SIDE * 3);
    for (let begin = 0; begin < chosen.length; begin += DRAWN_AT_ONCE) {
      const rows = Math.min(DRAWN_AT_ONCE, chosen.length - begin);
      const bytes = side * side * 3;
      const some = pixels.subarray(begin * bytes, (begin + rows) * bytes);
      const enlarged = tf.tidy(() => enlarge(tf.tensor4d(Float32Array.from(some), [rows, side, side, 3])));
      set.set(enlarged, begin * TRUNK_SIDE * TRUNK_SIDE * 3);
    }
    return { pixels: set, count: chosen.length, size: TRUNK_SIDE };
  }

  private drawSamples(): ImageSet {
    const { sampler, trainingPictures, samples, seed } = this.options;
    const random = randomStream(seed, 'samples', STREAM);
    const pixels = new Uint8Array(samples * TRUNK_SIDE * TRUNK_SIDE * 3);
    for (let begin = 0; begin < samples; begin += DRAWN_AT_ONCE) {
      const rows = Math.min(DRAWN_AT_ONCE, samples - begin);
      const prompts = Array.from({ length: rows }, () => random.integer(trainingPictures));
      const enlarged = tf.tidy(() => enlarge(sampler.drawLargest(prompts, random).add(1).mul(127.5)));
      pixels.set(enlarged, begin * TRUNK_SIDE * TRUNK_SIDE * 3);
    }
    return { pixels, count: samples, size: TRUNK_SIDE };
  }
}

/** Pictures from 0 to 255 as bytes at the size of the trunk. */
function enlarge(pictures: tf.Tensor4D): Uint8Array {
  const enlarged = tf.image.resizeBilinear(pictures, [TRUNK_SIDE, TRUNK_SIDE], false, true);
  return Uint8Array.from(enlarged.round().clipByValue(0, 255).dataSync());
}
