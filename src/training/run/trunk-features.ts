import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import { imageBatch } from '../data/image-batch.js';
import type { ImageSet } from '../data/load-images.js';
import type { ImageTrunk, TrunkFeatures } from './image-trunk.js';

export interface TrunkFeaturesOptions {
  /** Mirror every picture. @default false */
  flip?: boolean;
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal | undefined;
}

const BATCH = 32;

/**
 * What a trunk says of every picture, computed once: it is frozen. Held in memory, 29 kB a picture at 8×8 regions of
 * EfficientNet-Lite0. The caller disposes of both tensors.
 * @throws WordbrushError ABORTED
 */
export async function trunkFeatures(
  trunk: ImageTrunk,
  images: ImageSet,
  options: TrunkFeaturesOptions = {},
): Promise<TrunkFeatures> {
  const { flip = false, onProgress, signal } = options;
  const batches: TrunkFeatures[] = [];
  try {
    for (let begin = 0; begin < images.count; begin += BATCH) {
      if (signal?.aborted) throw new WordbrushError('ABORTED', 'Computing the image features was aborted.');
      const count = Math.min(BATCH, images.count - begin);
      const indices = Array.from({ length: count }, (_, index) => begin + index);
      const flips = indices.map(() => flip);
      batches.push(
        tf.tidy(() => {
          const { map, pooled } = trunk.look(imageBatch(images, indices, flips));
          return { map, pooled };
        }),
      );
      onProgress?.(begin + count, images.count);
      await tf.nextFrame();
    }
    return {
      map: tf.concat(batches.map(({ map }) => map)),
      pooled: tf.concat(batches.map(({ pooled }) => pooled)),
    };
  } finally {
    tf.dispose(batches.map(({ map, pooled }) => [map, pooled]));
  }
}
