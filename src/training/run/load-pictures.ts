import type { ImageFolder } from '../data/image-folder.js';
import { type ImageSet, loadImages } from '../data/load-images.js';
import { imageSizesOf } from './config/image-sizes.js';
import type { RunConfig } from './config/run-config.js';

/**
 * The training pictures at every side that a run draws, smallest first. Held-out ones, and those of a run that draws none, are
 * decoded too: one that is broken should be known now.
 * @throws WordbrushError DATASET_INVALID, ABORTED
 */
export async function loadPictures(
  { train, test }: ImageFolder,
  config: RunConfig,
  signal: AbortSignal | undefined,
): Promise<ImageSet[]> {
  const sizes = imageSizesOf(config);
  const sets: ImageSet[] = [];
  for (const size of sizes) sets.push(await loadImages(train, { size, signal }));
  const smallest = 64;
  if (sizes.length === 0) await loadImages(train, { size: smallest, signal });
  await loadImages(test, { size: smallest, signal });
  return sets;
}
