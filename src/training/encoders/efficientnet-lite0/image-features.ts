import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import type { ImageSet } from '../../data/load-images.js';
import { POOLED_FEATURES } from './architecture.js';

export interface ImageFeaturesOptions {
  /** @default 16 */
  batchSize?: number;
  signal?: AbortSignal | undefined;
  onProgress?: (done: number, total: number) => void;
}

/** One feature vector an image. */
export interface ImageFeatures {
  /** Row-major: count × width. */
  values: Float32Array;
  count: number;
  width: number;
}

/**
 * The pooled features of every image, 1280 each. The network was trained at 224 pixels; load the images at that size.
 * Holds one batch of tensors at a time and leaves none behind.
 * @param model from `loadEfficientNetLite0`.
 * @throws {WordbrushError} `ABORTED`.
 */
export async function imageFeatures(
  model: tf.LayersModel,
  images: ImageSet,
  options: ImageFeaturesOptions = {},
): Promise<ImageFeatures> {
  const { batchSize = 16, signal, onProgress } = options;
  const values = new Float32Array(images.count * POOLED_FEATURES);
  for (let begin = 0; begin < images.count; begin += batchSize) {
    if (signal?.aborted) throw new WordbrushError('ABORTED', 'Computing the image features was aborted.');
    const end = Math.min(begin + batchSize, images.count);
    const pooled = tf.tidy(() => pooledOutput(model, normalizedBatch(images, begin, end)));
    try {
      values.set(await pooled.data(), begin * POOLED_FEATURES);
    } finally {
      pooled.dispose();
    }
    onProgress?.(end, images.count);
  }
  return { values, count: images.count, width: POOLED_FEATURES };
}

/** Images `begin` to `end` as the network wants them: N×size×size×3, (pixel - 127) / 128. */
export function normalizedBatch({ pixels, size }: ImageSet, begin: number, end: number): tf.Tensor4D {
  const imageLength = size * size * 3;
  const batch = Float32Array.from(
    pixels.subarray(begin * imageLength, end * imageLength),
    (pixel) => (pixel - 127) / 128,
  );
  return tf.tensor4d(batch, [end - begin, size, size, 3]);
}

function pooledOutput(model: tf.LayersModel, batch: tf.Tensor4D): tf.Tensor {
  const outputs = model.predictOnBatch(batch);
  const pooled = Array.isArray(outputs) ? outputs[1] : undefined;
  if (pooled === undefined)
    throw new TypeError('Expected the model to give regions, pooled features and logits.');
  return pooled;
}
