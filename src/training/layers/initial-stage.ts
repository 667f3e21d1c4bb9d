import type * as tf from '@tensorflow/tfjs';
import { firstMap } from './first-map.js';
import { upBlock } from './up-block.js';

export interface InitialStageOptions {
  /** GF_DIM of the official code: channels of the map that comes out. */
  baseWidth: number;
  name: string;
}

/**
 * The first stage of StackGAN++ and AttnGAN (`INIT_STAGE_G` of the official code): a vector `[batch, features]` becomes
 * a 4×4 map of 16 times the base width, and four gated up-sampling blocks make it `[batch, 64, 64, baseWidth]`.
 */
export function initialStage(vector: tf.SymbolicTensor, options: InitialStageOptions): tf.SymbolicTensor {
  const { baseWidth, name } = options;
  const channels = 16 * baseWidth;
  let map = firstMap(vector, { channels, activation: 'glu', name: `${name}/fc` });
  for (const level of [1, 2, 3, 4]) {
    map = upBlock(map, {
      filters: channels / 2 ** level,
      activation: 'glu',
      name: `${name}/upsample${level}`,
    });
  }
  return map;
}
