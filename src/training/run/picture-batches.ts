import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import { EpochOrder } from '../data/epoch-order.js';
import type { PictureDraw, TrainingPictures } from '../data/pictures/training-pictures.js';
import { randomStream } from './random-streams.js';

export interface PictureBatchesOptions {
  pictures: TrainingPictures;
  /** Class of each picture; undefined where classes are unknown. */
  classIds: readonly number[] | undefined;
  batchSize: number;
  /** Steps in all: nothing is decoded for later ones. */
  steps: number;
  seed: number;
  /** Whose order and draws these are. */
  stage: 'stage1' | 'stage2';
  /** Whether pictures are mirrored at random. */
  flip: boolean;
  /** Whether each picture comes with another one, as the wrong one for its caption. */
  wrongPictures: boolean;
}

/** The pictures of a step. The caller disposes of the tensors. */
export interface PictureBatch {
  /** Places in the training split. */
  indices: readonly number[];
  /** `[batch, side, side, 3]` in [-1, 1], a tensor a side, smallest first; all sides of a picture mirrored alike. */
  images: tf.Tensor4D[];
  /** As `images`: for each picture another one. Empty where none were asked for. */
  wrongImages: tf.Tensor4D[];
}

interface Planned {
  indices: readonly number[];
  rows: Promise<Float32Array[]>;
}

/**
 * Which pictures belong to each step, and their pixels; those of the next steps are asked for ahead. Order, mirroring and
 * wrong pictures depend on seed and step alone.
 */
export class PictureBatches {
  /** Pictures a step: fewer than asked for where there are not so many. */
  readonly batchSize: number;
  /** What `at` has waited for pictures so far, in milliseconds. */
  waitedMs = 0;
  private readonly order: EpochOrder;
  private readonly planned = new Map<number, Planned>();

  constructor(private readonly options: PictureBatchesOptions) {
    const { pictures, batchSize, seed, stage } = options;
    this.batchSize = Math.min(batchSize, pictures.count);
    const randomAt = (epoch: number) => randomStream(seed, `${stage}Order`, epoch);
    this.order = new EpochOrder(pictures.count, this.batchSize, randomAt);
  }

  epochOf(step: number): number {
    return this.order.epochOf(step);
  }

  /**
   * The pictures of step `step` (from 1).
   * @throws WordbrushError DATASET_INVALID for a picture that does not decode, WORKER_LOST
   */
  async at(step: number): Promise<PictureBatch> {
    const { steps, pictures, wrongPictures } = this.options;
    for (const other of this.planned.keys()) if (other < step) this.planned.delete(other);
    const last = Math.max(step, Math.min(steps, step + pictures.stepsAhead));
    for (let ahead = step; ahead <= last; ahead++) {
      if (!this.planned.has(ahead)) this.planned.set(ahead, this.plan(ahead));
    }
    const { indices, rows } = this.planned.get(step) ?? this.plan(step);
    const begunMs = performance.now();
    const values = await rows;
    this.waitedMs += performance.now() - begunMs;
    const tensors = (from: number, to: number) =>
      values.map((numbers, place) => {
        const side = pictures.sides[place] ?? 0;
        const bytes = side * side * 3;
        return tf.tensor4d(numbers.subarray(from * bytes, to * bytes), [to - from, side, side, 3]);
      });
    const rowsOfStep = indices.length;
    return {
      indices,
      images: tensors(0, rowsOfStep),
      wrongImages: wrongPictures ? tensors(rowsOfStep, 2 * rowsOfStep) : [],
    };
  }

  private plan(step: number): Planned {
    const { pictures, seed, stage, wrongPictures, flip } = this.options;
    const random = randomStream(seed, `${stage}Pictures`, step);
    const indices = this.order.indicesAt(step);
    const wrong = wrongPictures ? indices.map((index) => this.anotherThan(index, random)) : [];
    const draws = [...indices, ...wrong].map(
      (index): PictureDraw => ({ index, flip: flip && random.integer(2) === 1 }),
    );
    const rows = pictures.rows(draws);
    // Whoever needs them awaits them; until then a failure must not count as unhandled.
    rows.catch(() => undefined);
    return { indices, rows };
  }

  /** A picture of the same class is drawn again, once, as in the official code of StackGAN++. */
  private anotherThan(index: number, random: RandomStream): number {
    const { classIds, pictures } = this.options;
    const another = () => (index + 1 + random.integer(pictures.count - 1)) % pictures.count;
    const first = another();
    const isSameClass = classIds !== undefined && classIds[first] === classIds[index];
    return isSameClass ? another() : first;
  }
}
