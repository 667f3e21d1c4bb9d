import * as tf from '@tensorflow/tfjs';
import type { CaptionedImage } from '../data/captioned-image.js';
import { POOLED_FEATURES } from '../encoders/efficientnet-lite0/architecture.js';
import { imageFeatures } from '../encoders/efficientnet-lite0/image-features.js';
import { loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import { pictureChunks } from './picture-chunks.js';
import type { PhaseContext } from './training-phase.js';

/** Pixels: the size that EfficientNet-Lite0 was trained at. */
const TRUNK_SIDE = 224;

/**
 * The pooled features `[pictures, 1280]` that EfficientNet-Lite0 has of pictures, a few hundred of which
 * are held at its size at a time. The caller disposes of them.
 * @throws WordbrushError DATASET_INVALID, ABORTED
 */
export async function pooledFeatures(
  images: readonly CaptionedImage[],
  { onEvent, signal }: PhaseContext,
): Promise<tf.Tensor2D> {
  const trunk = await loadEfficientNetLite0();
  try {
    const values = new Float32Array(images.length * POOLED_FEATURES);
    for await (const { pictures, begin } of pictureChunks(images, { size: TRUNK_SIDE, signal })) {
      const onProgress = (done: number) =>
        onEvent({ type: 'data', message: `image features ${begin + done} of ${images.length}` });
      const features = await imageFeatures(trunk, pictures, { onProgress, signal });
      values.set(features.values, begin * POOLED_FEATURES);
    }
    return tf.tensor2d(values, [images.length, POOLED_FEATURES]);
  } finally {
    trunk.dispose();
  }
}
