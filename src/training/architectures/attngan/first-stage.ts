import * as tf from '@tensorflow/tfjs';
import { conditioningAugmentation } from '../../layers/conditioning-augmentation.js';
import { imageHead } from '../../layers/image-head.js';
import { initialStage } from '../../layers/initial-stage.js';

export interface FirstStageOptions {
  sentenceDim: number;
  /** Size of the condition `c`. */
  conditionDim: number;
  zDim: number;
  /** GF_DIM of the official code: channels of the map that comes out. */
  baseWidth: number;
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
  const { sentenceDim, conditionDim, zDim, baseWidth } = options;
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const z = tf.input({ shape: [zDim], name: 'z' });
  const eps = tf.input({ shape: [conditionDim], name: 'eps' });
  const { condition, mean, logVariance } = conditioningAugmentation(sentence, eps, {
    conditionDim,
    activation: 'glu',
    name: 'ca_net',
  });
  const conditionAndNoise = tf.layers
    .concatenate({ name: 'condition_and_noise' })
    .apply([condition, z]) as tf.SymbolicTensor;
  const map = initialStage(conditionAndNoise, { baseWidth, name: 'stage1' });
  const outputs = [map, mean, logVariance];
  if (options.image) outputs.push(imageHead(map, 'stage1/image'));
  return tf.model({ inputs: [sentence, z, eps], outputs, name: 'stage1' });
}
