import type { DatasetName } from '../config/preset-fields.js';

/** Training pictures of the data sets that official configurations exist for. */
const TRAINING_PICTURES: Readonly<Record<DatasetName, number>> = {
  cub: 8_855,
  coco: 82_783,
  'oxford-102': 7_034,
  'lsun-bedroom': 3_033_042,
  'lsun-church': 126_227,
  'imagenet-dog': 147_873,
  'imagenet-cat': 6_500,
};

/** Steps of official epochs, each of which leaves out the pictures that do not fill a batch. */
export function officialSteps(epochs: number, dataset: DatasetName, batchSize: number): number {
  return epochs * Math.floor(TRAINING_PICTURES[dataset] / batchSize);
}
