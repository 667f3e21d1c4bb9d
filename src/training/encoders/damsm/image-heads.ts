import * as tf from '@tensorflow/tfjs';
import { connected, ofRank, outputsOf, type PassOptions } from '../../layers/model-outputs.js';
import type { ImageEmbedding } from './damsm-loss.js';

export interface ImageHeadsOptions {
  /** Channels of the trunk's map: 768 of Inception-v3's `mixed_6e`. */
  mapChannels: number;
  /** Size of the trunk's pooled vector: 2048 of Inception-v3. */
  pooledDim: number;
  /** Size of word and sentence vectors. */
  embeddingDim: number;
}

/**
 * What DAMSM trains on top of an image trunk (`emb_features` and `emb_cnn_code` of the official code): both views of a
 * picture are brought into the space of the words.
 *
 * Inputs: `map` `[batch, height, width, mapChannels]`, `pooled` `[batch, pooledDim]`. Outputs: regions
 * `[batch, height, width, embeddingDim]` and code `[batch, embeddingDim]`.
 */
export function buildImageHeads({ mapChannels, pooledDim, embeddingDim }: ImageHeadsOptions): tf.LayersModel {
  const map = tf.input({ shape: [null, null, mapChannels], name: 'map' });
  const pooled = tf.input({ shape: [pooledDim], name: 'pooled' });
  const regionHead = tf.layers.conv2d({
    filters: embeddingDim,
    kernelSize: 1,
    useBias: false,
    name: 'regions',
  });
  const regions = connected(regionHead, map);
  const code = connected(tf.layers.dense({ units: embeddingDim, name: 'code' }), pooled);
  return tf.model({ inputs: [map, pooled], outputs: [regions, code], name: 'image_heads' });
}

/** Regions and codes of what a trunk says of pictures. */
export function applyImageHeads(
  imageHeads: tf.LayersModel,
  map: tf.Tensor4D,
  pooled: tf.Tensor2D,
  options: PassOptions = {},
): ImageEmbedding {
  const [regions, codes] = outputsOf(imageHeads, [map, pooled], options);
  if (regions === undefined || codes === undefined) throw new TypeError('Expected heads with two outputs.');
  return { regions: ofRank(regions, 4), codes: ofRank(codes, 2) };
}
