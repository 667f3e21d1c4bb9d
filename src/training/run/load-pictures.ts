import sharp from 'sharp';
import { WordbrushError } from '../../sdk/errors.js';
import type { CaptionedImage } from '../data/captioned-image.js';
import type { Dataset } from '../data/dataset.js';
import { type ImageSet, loadImages } from '../data/load-images.js';
import { brokenPicture } from '../data/pictures/broken-picture.js';
import { READING } from '../data/pictures/decode-picture.js';
import { DecodedPictures } from '../data/pictures/decoded-pictures.js';
import { readPictureBytes } from '../data/pictures/read-picture-bytes.js';
import { ThreadedPictures } from '../data/pictures/threaded-pictures.js';
import type { TrainingPictures } from '../data/pictures/training-pictures.js';
import { imageSizesOf } from './config/image-sizes.js';
import type { RunConfig } from './config/run-config.js';

export interface LoadPicturesOptions {
  /** Bytes of pixels that may stay in memory; what would be more is decoded by threads as training goes on. @default 1 GiB */
  maxPictureBytes?: number | undefined;
  signal?: AbortSignal | undefined;
  /** How many pictures have been looked at. */
  onProgress?: (done: number, total: number) => void;
}

const DEFAULT_MAX_BYTES = 2 ** 30;
const SMALLEST_SIDE = 64;

/**
 * The training pictures at every side that a run draws. Few stay decoded in memory; then held-out ones, and those of a run
 * that draws none, are decoded too: one that is broken should be known now. Of many only the heads are read now.
 * The caller closes them.
 * @throws WordbrushError DATASET_INVALID, ABORTED
 */
export async function loadPictures(
  { images, train, test }: Dataset,
  config: RunConfig,
  { maxPictureBytes = DEFAULT_MAX_BYTES, signal, onProgress }: LoadPicturesOptions = {},
): Promise<TrainingPictures> {
  const sides = imageSizesOf(config);
  const bytesEach = (sides.length === 0 ? [SMALLEST_SIDE] : sides).reduce(
    (sum, side) => sum + side * side * 3,
    0,
  );
  if (images.length * bytesEach > maxPictureBytes) {
    await checkHeads(images, { signal, ...(onProgress && { onProgress }) });
    return new ThreadedPictures(train, { sides });
  }
  const sets: ImageSet[] = [];
  for (const size of sides)
    sets.push(await loadImages(train, { size, signal, ...(onProgress && { onProgress }) }));
  if (sides.length === 0) await loadImages(train, { size: SMALLEST_SIDE, signal });
  await loadImages(test, { size: SMALLEST_SIDE, signal });
  return new DecodedPictures(sets);
}

/** Pictures whose heads are read at a time. */
const CONCURRENCY = 8;

async function checkHeads(
  images: readonly CaptionedImage[],
  { signal, onProgress }: LoadPicturesOptions,
): Promise<void> {
  for (let begin = 0; begin < images.length; begin += CONCURRENCY) {
    if (signal?.aborted) throw new WordbrushError('ABORTED', 'Loading the pictures was aborted.');
    const some = images.slice(begin, begin + CONCURRENCY);
    await Promise.all(some.map(checkHead));
    onProgress?.(begin + some.length, images.length);
  }
}

async function checkHead(image: CaptionedImage): Promise<void> {
  try {
    await sharp(await readPictureBytes(image), READING).metadata();
  } catch (cause) {
    throw brokenPicture(image, cause);
  }
}
