import * as tf from '@tensorflow/tfjs';
import {
  type ConditioningActivation,
  type ConditioningAugmentation,
  conditioningAugmentation,
} from '../../layers/conditioning-augmentation.js';
import { type StackganVariant, VARIANT_CONDITIONING } from './variant.js';

/** What the generators of both stages are told of the text. */
export interface StageTextOptions {
  sentenceDim: number;
  /** Size of the condition `c`. */
  conditionDim: number;
  /** @default 'pytorch' */
  variant?: StackganVariant;
  /** @default what the variant has: `relu` or `leakyRelu` */
  conditioningActivation?: ConditioningActivation;
}

export interface StageCondition extends ConditioningAugmentation {
  /** Input `[batch, sentenceDim]`. */
  sentence: tf.SymbolicTensor;
  /** Input `[batch, conditionDim]`, standard normal. */
  eps: tf.SymbolicTensor;
}

/** The text's way into a generator: its inputs, and the conditioning augmentation of the variant over them. */
export function stageCondition(options: StageTextOptions): StageCondition {
  const { sentenceDim, conditionDim, variant = 'pytorch' } = options;
  const { activation, spread } = VARIANT_CONDITIONING[variant];
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const eps = tf.input({ shape: [conditionDim], name: 'eps' });
  const augmentation = conditioningAugmentation(sentence, eps, {
    conditionDim,
    activation: options.conditioningActivation ?? activation,
    spread,
    name: 'ca_net',
  });
  return { ...augmentation, sentence, eps };
}
