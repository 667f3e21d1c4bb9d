import * as tf from '@tensorflow/tfjs';
import { type ConditioningAugmentation, conditioningAugmentation } from './conditioning-augmentation.js';
import { initialStage } from './initial-stage.js';
import { connected } from './model-outputs.js';

export interface ConditionedInitialStageOptions {
  sentenceDim: number;
  /** Size of the condition `c`. */
  conditionDim: number;
  zDim: number;
  /** GF_DIM of the official code: channels of the map that comes out. */
  baseWidth: number;
  name: string;
}

export interface ConditionedInitialStage extends ConditioningAugmentation {
  /** `sentence` `[batch, sentenceDim]`, `z` `[batch, zDim]`, `eps` `[batch, conditionDim]`, the last two standard normal. */
  inputs: tf.SymbolicTensor[];
  /** `[batch, 64, 64, baseWidth]` */
  map: tf.SymbolicTensor;
}

/**
 * The text's way into StackGAN++ and AttnGAN (`CA_NET` and `INIT_STAGE_G` of the official code): gated conditioning
 * augmentation, then the first stage over condition and noise, in this order.
 */
export function conditionedInitialStage(options: ConditionedInitialStageOptions): ConditionedInitialStage {
  const { sentenceDim, conditionDim, zDim, baseWidth, name } = options;
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const z = tf.input({ shape: [zDim], name: 'z' });
  const eps = tf.input({ shape: [conditionDim], name: 'eps' });
  const augmentation = conditioningAugmentation(sentence, eps, {
    conditionDim,
    activation: 'glu',
    name: 'ca_net',
  });
  const conditionAndNoise = connected(tf.layers.concatenate({ name: 'condition_and_noise' }), [
    augmentation.condition,
    z,
  ]);
  const map = initialStage(conditionAndNoise, { baseWidth, name });
  return { ...augmentation, inputs: [sentence, z, eps], map };
}
