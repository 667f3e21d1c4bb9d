import type * as tf from '@tensorflow/tfjs';
import type { ImageEmbedding } from '../encoders/damsm/damsm-loss.js';
import { buildImageHeads } from '../encoders/damsm/image-heads.js';
import { variablesOf } from '../weights/named-variables.js';
import type { DamsmEncoderConfig, TextEncoderConfig } from './config/text-encoder-config.js';
import { openImageTrunk } from './image-trunk.js';
import type { RunFolder } from './run-folder.js';

/** The frozen image encoder of DAMSM: trunk and heads. */
export interface ImageEncoder {
  /** Pictures `[batch, side, side, 3]` in [-1, 1] to regions and codes; gradients flow to the pictures. */
  encode: (images: tf.Tensor4D) => ImageEmbedding;
  dispose: () => void;
}

/**
 * The image encoder that a run's text encoder was trained with.
 * @throws WordbrushError CHECKPOINT_INVALID, WEIGHTS_INVALID, PACKAGE_MISSING
 */
export async function openImageEncoder(config: TextEncoderConfig, folder: RunFolder): Promise<ImageEncoder> {
  const encoder = requireDamsm(config);
  const trunk = await openImageTrunk(encoder.trunk, encoder.compat);
  const { mapChannels, pooledDim } = trunk;
  const heads = buildImageHeads({ mapChannels, pooledDim, embeddingDim: encoder.sentenceDim });
  await folder.loadImageHeads(variablesOf(heads));
  return {
    encode: (images) => {
      const { map, pooled } = trunk.look(images);
      const [regions, codes] = heads.apply([map, pooled]) as [tf.Tensor4D, tf.Tensor2D];
      return { regions, codes };
    },
    dispose: () => {
      trunk.dispose();
      heads.dispose();
    },
  };
}

function requireDamsm(config: TextEncoderConfig): DamsmEncoderConfig {
  if (config.kind === 'damsm') return config;
  throw new RangeError(`Expected the text encoder to be DAMSM's, received ${config.kind}.`);
}
