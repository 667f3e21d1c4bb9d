import type { CaptionedImage } from '../data/captioned-image.js';
import { type ImageSet, loadImages } from '../data/load-images.js';

/** At 299 pixels 69 MB; twice that, as the next ones are decoded meanwhile. */
const CHUNK = 256;

/** Some pictures of a data set, decoded. */
export interface PictureChunk {
  pictures: ImageSet;
  /** Place of the first in the data set. */
  begin: number;
}

/**
 * Pictures at one size in their order, a few hundred at a time: all of a large data set have no place in memory. The next
 * ones are decoded while the caller works on these.
 * @throws WordbrushError DATASET_INVALID, ABORTED
 */
export async function* pictureChunks(
  images: readonly CaptionedImage[],
  { size, signal }: { size: number; signal: AbortSignal | undefined },
): AsyncGenerator<PictureChunk> {
  const load = (begin: number) => {
    const loading = loadImages(images.slice(begin, begin + CHUNK), { size, signal });
    // Whoever gets to this chunk awaits it; until then a failure must not count as unhandled.
    loading.catch(() => undefined);
    return loading;
  };
  let next = load(0);
  for (let begin = 0; begin < images.length; begin += CHUNK) {
    const pictures = await next;
    if (begin + CHUNK < images.length) next = load(begin + CHUNK);
    yield { pictures, begin };
  }
}
