import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import { EpochOrder } from '../data/epoch-order.js';
import { imageBatch } from '../data/image-batch.js';
import type { ImageSet } from '../data/load-images.js';
import { type RandomPurpose, randomStream } from './random-streams.js';

export interface PictureBatchesOptions {
  /** The training pictures at every side, smallest first. */
  pictures: readonly ImageSet[];
  /** Class of each picture; undefined where classes are unknown. */
  classIds: readonly number[] | undefined;
  batchSize: number;
  seed: number;
  order: RandomPurpose;
  /** Whether pictures are mirrored at random. */
  flip: boolean;
}

/** Which pictures belong to each step, and their pixels. */
export class PictureBatches {
  /** Pictures a step: fewer than asked for where there are not so many. */
  readonly batchSize: number;
  private readonly order: EpochOrder;
  private readonly count: number;

  constructor(private readonly options: PictureBatchesOptions) {
    const { pictures, batchSize, seed, order } = options;
    this.count = pictures[0]?.count ?? 0;
    this.batchSize = Math.min(batchSize, this.count);
    this.order = new EpochOrder(this.count, this.batchSize, (epoch) => randomStream(seed, order, epoch));
  }

  epochOf(step: number): number {
    return this.order.epochOf(step);
  }

  /** Places of the pictures of step `step` (from 1) in the training split. */
  indicesAt(step: number): number[] {
    return this.order.indicesAt(step);
  }

  /** `[batch, side, side, 3]` in [-1, 1], a tensor a side, smallest first; all sides of a picture mirrored alike. */
  images(indices: readonly number[], random: RandomStream): tf.Tensor4D[] {
    const flips = indices.map(() => this.options.flip && random.integer(2) === 1);
    return this.options.pictures.map((set) => imageBatch(set, indices, flips));
  }

  /**
   * As `images`: for each picture another one. One of the same class is drawn again, once, as in the official code of
   * StackGAN++.
   */
  wrongImages(indices: readonly number[], random: RandomStream): tf.Tensor4D[] {
    const { classIds } = this.options;
    const another = (index: number) => (index + 1 + random.integer(this.count - 1)) % this.count;
    const wrong = indices.map((index) => {
      const first = another(index);
      const isSameClass = classIds !== undefined && classIds[first] === classIds[index];
      return isSameClass ? another(index) : first;
    });
    return this.images(wrong, random);
  }
}
