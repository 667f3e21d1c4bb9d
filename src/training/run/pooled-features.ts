import * as tf from '@tensorflow/tfjs';
import type { CaptionedImage } from '../data/captioned-image.js';
import { loadImages } from '../data/load-images.js';
import { imageFeatures } from '../encoders/efficientnet-lite0/image-features.js';
import { loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import type { PhaseContext } from './training-phase.js';

/** Pixels: the size that EfficientNet-Lite0 was trained at. */
const TRUNK_SIDE = 224;

/**
 * The pooled features `[pictures, 1280]` that EfficientNet-Lite0 has of pictures, which are held at its size only while it
 * looks at them. The caller disposes of them.
 * @throws WordbrushError DATASET_INVALID, ABORTED
 */
export async function pooledFeatures(
  images: readonly CaptionedImage[],
  { onEvent, signal }: PhaseContext,
): Promise<tf.Tensor2D> {
  const trunk = await loadEfficientNetLite0();
  try {
    const pixels = await loadImages(images, { size: TRUNK_SIDE, signal });
    const { values, count, width } = await imageFeatures(trunk, pixels, {
      onProgress: (done, total) => onEvent({ type: 'data', message: `image features ${done} of ${total}` }),
      signal,
    });
    return tf.tensor2d(values, [count, width]);
  } finally {
    trunk.dispose();
  }
}
