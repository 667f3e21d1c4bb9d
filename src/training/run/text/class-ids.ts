import type { CaptionedImage } from '../../data/captioned-image.js';

/** Class of each picture; undefined where the data set does not say it of all: then each is a class of its own. */
export function classIdsOf(images: readonly CaptionedImage[]): number[] | undefined {
  const ids = images.map(({ classId }) => classId).filter((id) => id !== undefined);
  return ids.length === images.length ? ids : undefined;
}
