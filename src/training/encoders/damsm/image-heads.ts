import * as tf from '@tensorflow/tfjs';

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
  const regions = tf.layers
    .conv2d({ filters: embeddingDim, kernelSize: 1, useBias: false, name: 'regions' })
    .apply(map) as tf.SymbolicTensor;
  const code = tf.layers.dense({ units: embeddingDim, name: 'code' }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: [map, pooled], outputs: [regions, code], name: 'image_heads' });
}
