import * as tf from '@tensorflow/tfjs';
import { ScaleShift } from '../../layers/scale-shift.js';

export interface ImageEncoderParts {
  /** Its first output is the map of regions, its second the pooled vector; others are not used. */
  trunk: tf.LayersModel;
  /** See `buildImageHeads`. */
  heads: tf.LayersModel;
  /** Side that the trunk looks at, pixels. */
  imageSize: number;
  /** What the trunk takes of a picture x in [-1, 1]: `scale * x + shift`. @default x itself */
  pixels?: { scale: number; shift: number };
}

/** What EfficientNet-Lite0 takes: (pixel - 127) / 128. */
export const EFFICIENTNET_PIXELS = { scale: 127.5 / 128, shift: 0.5 / 128 } as const;

/**
 * Trunk and heads of DAMSM as one model: picture `image` `[batch, size, size, 3]` in [-1, 1] to regions
 * `[batch, side, side, dim]` and the code of the whole picture `[batch, dim]`. It shares their weights.
 */
export function buildImageEncoderModel({
  trunk,
  heads,
  imageSize,
  pixels = { scale: 1, shift: 0 },
}: ImageEncoderParts): tf.LayersModel {
  const image = tf.input({ shape: [imageSize, imageSize, 3], name: 'image' });
  const isPlain = pixels.scale === 1 && pixels.shift === 0;
  const scaled = isPlain
    ? image
    : (new ScaleShift({ name: 'pixels', ...pixels }).apply(image) as tf.SymbolicTensor);
  const [map, pooled] = trunk.apply(scaled) as tf.SymbolicTensor[];
  if (map === undefined || pooled === undefined) {
    throw new TypeError(`Expected ${trunk.name} to give a map and a pooled vector.`);
  }
  const outputs = heads.apply([map, pooled]) as tf.SymbolicTensor[];
  return tf.model({ inputs: image, outputs, name: 'image_encoder' });
}
