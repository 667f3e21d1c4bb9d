import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import type { CaptionedImage } from '../data/captioned-image.js';
import { imageBatch } from '../data/image-batch.js';
import type { ImageSet } from '../data/load-images.js';
import type { ImageTrunk, TrunkFeatures } from './image-trunk.js';
import { pictureChunks } from './picture-chunks.js';

export interface TrunkFeaturesOptions {
  /** Look at every picture mirrored too: as many rows again, after the others. @default false */
  flip?: boolean;
  /** Pictures that have been looked at. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal | undefined;
}

const BATCH = 32;

/**
 * What a trunk says of every picture, computed once: it is frozen. Held in memory, 29 kB a picture at 8×8 regions of
 * EfficientNet-Lite0; the pictures are not. The caller disposes of both tensors.
 * @throws WordbrushError ABORTED, DATASET_INVALID
 */
export async function trunkFeatures(
  trunk: ImageTrunk,
  images: readonly CaptionedImage[],
  options: TrunkFeaturesOptions = {},
): Promise<TrunkFeatures> {
  const { flip = false, onProgress, signal } = options;
  const [plain, mirrored]: [TrunkFeatures[], TrunkFeatures[]] = [[], []];
  try {
    for await (const { pictures, begin } of pictureChunks(images, { size: trunk.imageSize, signal })) {
      for (let first = 0; first < pictures.count; first += BATCH) {
        if (signal?.aborted) throw new WordbrushError('ABORTED', 'Computing the image features was aborted.');
        const last = Math.min(pictures.count, first + BATCH);
        plain.push(look(trunk, pictures, { first, last, flip: false }));
        if (flip) mirrored.push(look(trunk, pictures, { first, last, flip: true }));
        onProgress?.(begin + last, images.length);
        await tf.nextFrame();
      }
    }
    const all = [...plain, ...mirrored];
    return { map: tf.concat(all.map(({ map }) => map)), pooled: tf.concat(all.map(({ pooled }) => pooled)) };
  } finally {
    tf.dispose([...plain, ...mirrored].map(({ map, pooled }) => [map, pooled]));
  }
}

function look(
  trunk: ImageTrunk,
  pictures: ImageSet,
  { first, last, flip }: { first: number; last: number; flip: boolean },
): TrunkFeatures {
  return tf.tidy(() => {
    const indices = Array.from({ length: last - first }, (_, row) => first + row);
    const flips = indices.map(() => flip);
    const { map, pooled } = trunk.look(imageBatch(pictures, indices, flips));
    return { map, pooled };
  });
}
