import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PictureDraw, TrainingPictures } from '../../../src/training/data/pictures/training-pictures.js';
import { PictureBatches, type PictureBatchesOptions } from '../../../src/training/run/picture-batches.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Pictures of 1 × 1 and 2 × 2 pixels whose every value is their place, negative when mirrored; it notes what is asked for. */
class NumberedPictures implements TrainingPictures {
  readonly sides = [1, 2];
  readonly asked: PictureDraw[][] = [];

  constructor(
    readonly count: number,
    readonly stepsAhead: number,
  ) {}

  async rows(draws: readonly PictureDraw[]): Promise<Float32Array[]> {
    this.asked.push([...draws]);
    return this.sides.map((side) =>
      Float32Array.from({ length: draws.length * side * side * 3 }, (_, place) => {
        const { index = 0, flip = false } = draws[Math.floor(place / (side * side * 3))] ?? {};
        return flip ? -index : index;
      }),
    );
  }

  async close(): Promise<void> {}
}

const settings = {
  batchSize: 3,
  steps: 9,
  seed: 4,
  stage: 'stage1',
  flip: true,
  wrongPictures: true,
} as const;

async function take(
  pictures: TrainingPictures,
  steps: readonly number[],
  options: Partial<PictureBatchesOptions> = {},
) {
  const batches = new PictureBatches({ classIds: undefined, ...settings, ...options, pictures });
  const taken = [];
  for (const step of steps) {
    const { indices, images, wrongImages } = await batches.at(step);
    taken.push({
      indices,
      images: images.map((tensor) => [...tensor.dataSync()]),
      wrongImages: wrongImages.map((tensor) => [...tensor.dataSync()]),
    });
    tf.dispose([...images, ...wrongImages]);
  }
  return taken;
}

describe('PictureBatches', () => {
  it('has each picture once an epoch, at every side alike, beside another one', async () => {
    const before = tf.memory().numTensors;
    const taken = await take(new NumberedPictures(7, 0), [1, 2]);
    const indices = taken.flatMap((step) => step.indices);
    expect(new Set(indices).size).toBe(6);
    for (const { indices: ofStep, images, wrongImages } of taken) {
      const [small = [], large = []] = images;
      expect(small.filter((_, place) => place % 3 === 0).map(Math.abs)).toEqual(ofStep);
      expect(large.filter((_, place) => place % 12 === 0)).toEqual(
        small.filter((_, place) => place % 3 === 0),
      );
      const [wrong = []] = wrongImages;
      for (const [row, index] of ofStep.entries()) expect(Math.abs(wrong[row * 3] ?? index)).not.toBe(index);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is the same when it is decoded ahead, and when it is resumed', async () => {
    const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const whole = await take(new NumberedPictures(7, 0), steps);
    expect(await take(new NumberedPictures(7, 2), steps)).toEqual(whole);
    expect(await take(new NumberedPictures(7, 2), steps.slice(4))).toEqual(whole.slice(4));
    expect(await take(new NumberedPictures(7, 2), [1, 2], { seed: 5 })).not.toEqual(whole.slice(0, 2));
  });

  it('asks two steps ahead, once for each, and for none after the last', async () => {
    const pictures = new NumberedPictures(7, 2);
    const batches = new PictureBatches({ classIds: undefined, ...settings, steps: 4, pictures });
    const counts = [];
    for (const step of [1, 2, 3, 4]) {
      const { images, wrongImages } = await batches.at(step);
      tf.dispose([...images, ...wrongImages]);
      counts.push(pictures.asked.length);
    }
    expect(counts).toEqual([3, 4, 4, 4]);
    expect(pictures.asked.every((draws) => draws.length === 6)).toBe(true);
  });

  it('has two pictures, each the wrong one of the other', async () => {
    const [step] = await take(new NumberedPictures(2, 0), [1], { flip: false });
    expect(step?.indices.toSorted()).toEqual([0, 1]);
    expect(step?.wrongImages[0]?.filter((_, place) => place % 3 === 0)).toEqual(
      step?.indices.map((one) => 1 - one),
    );
  });

  it('throws what went wrong with a picture when its step comes, not before', async () => {
    const pictures = new NumberedPictures(7, 2);
    const rows = pictures.rows.bind(pictures);
    pictures.rows = (draws) => (pictures.asked.length === 1 ? fail(pictures, draws) : rows(draws));
    const batches = new PictureBatches({ classIds: undefined, ...settings, pictures });
    const { images, wrongImages } = await batches.at(1);
    tf.dispose([...images, ...wrongImages]);
    await expect(batches.at(2)).rejects.toThrow('broken');
  });
});

function fail(pictures: NumberedPictures, draws: readonly PictureDraw[]): Promise<Float32Array[]> {
  pictures.asked.push([...draws]);
  return Promise.reject(new Error('broken'));
}
