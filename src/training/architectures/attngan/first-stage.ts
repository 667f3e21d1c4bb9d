import * as tf from '@tensorflow/tfjs';
import {
  type ConditionedInitialStageOptions,
  conditionedInitialStage,
} from '../../layers/conditioned-initial-stage.js';
import { imageHead } from '../../layers/image-head.js';

export interface FirstStageOptions extends Omit<ConditionedInitialStageOptions, 'name'> {
  /** Whether the stage draws a picture. */
  image: boolean;
}

/**
 * The first stage of AttnGAN (F0, with F^ca; `CA_NET` and `INIT_STAGE_G` of the official code).
 *
 * Inputs: `sentence` `[batch, sentenceDim]`, `z` `[batch, zDim]`, `eps` `[batch, conditionDim]`, the last two standard
 * normal. Outputs: map `[batch, 64, 64, baseWidth]`, mean and log variance `[batch, conditionDim]`, and the image
 * `[batch, 64, 64, 3]` in [-1, 1] where `image` says so.
 */
export function buildFirstStage(options: FirstStageOptions): tf.LayersModel {
  const name = 'stage1';
  const { inputs, map, mean, logVariance } = conditionedInitialStage({ ...options, name });
  const outputs = [map, mean, logVariance];
  if (options.image) outputs.push(imageHead(map, `${name}/image`));
  return tf.model({ inputs, outputs, name });
}
