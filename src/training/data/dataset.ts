import { WordbrushError } from '../../sdk/errors.js';
import type { CaptionedImage } from './captioned-image.js';
import type { DatasetProblem, ProblemLog } from './dataset-problems.js';
import { type Split, splitByName } from './test-split.js';

/** Layouts that data sets are read from. */
export const DATASET_FORMATS = [
  'image-folder',
  'text-files',
  'cub',
  'coco',
  'parquet',
  'webdataset',
] as const;
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

export interface Dataset {
  /** The folder, or file, that it was read from. */
  folder: string;
  format: DatasetFormat;
  /** All pictures, in the order in which the data set lists them. */
  images: readonly CaptionedImage[];
  train: readonly CaptionedImage[];
  test: readonly CaptionedImage[];
  /** What was left out or mended. */
  warnings: readonly DatasetProblem[];
}

/** A picture as a reader finds it: the split is left open where the data set does not say it. */
export interface ListedImage extends Omit<CaptionedImage, 'split'> {
  split: Split | undefined;
}

/**
 * Reports pictures of one name, fills splits in by name, and sorts by them.
 * @throws WordbrushError DATASET_INVALID for names that come twice and for no pictures at all.
 */
export function assembleDataset(
  folder: string,
  format: DatasetFormat,
  listed: readonly ListedImage[],
  log: ProblemLog,
): Dataset {
  const names = new Map<string, ListedImage>();
  for (const image of listed) {
    const { fileName, listedIn, line } = image;
    const first = names.get(fileName);
    if (first === undefined) names.set(fileName, image);
    else {
      const place = { path: listedIn, line };
      log.error(place, `'${fileName}' was listed before, in ${first.listedIn} (line ${first.line})`);
    }
  }
  if (names.size === 0 && log.throws) {
    throw new WordbrushError('DATASET_INVALID', `Expected pictures with captions in ${folder}, found none.`, {
      hint: 'See docs/data.md for the layouts of data sets.',
      details: { path: folder, format },
    });
  }
  const images = [...names.values()].map(
    (image): CaptionedImage => ({ ...image, split: image.split ?? splitByName(image.fileName) }),
  );
  return {
    folder,
    format,
    images,
    train: images.filter(({ split }) => split === 'train'),
    test: images.filter(({ split }) => split === 'test'),
    warnings: log.problems.filter(({ severity }) => severity === 'warning'),
  };
}

/** Splits that were read off the names of files: with nothing to train on they mean nothing, and go. */
export function withoutLoneTestSplit(
  images: readonly ListedImage[],
  folder: string,
  log: ProblemLog,
): ListedImage[] {
  if (images.length === 0 || images.some(({ split }) => split !== 'test')) return [...images];
  log.warn({ path: folder }, 'has a test split alone; a tenth is held out by name instead');
  return images.map((image) => ({ ...image, split: undefined }));
}
