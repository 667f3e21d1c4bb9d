import * as tf from '@tensorflow/tfjs';
import { FeatureSlice } from './feature-slice.js';
import { GaussianSample } from './gaussian-sample.js';

export interface ConditioningAugmentationOptions {
  /** Size of the mean, of the log variance and of the condition `c`. */
  conditionDim: number;
  /**
   * What follows the linear layer. The official PyTorch code of StackGAN has `relu`, which keeps the mean and
   * the log variance from ever being negative; `linear` leaves their signs free.
   */
  activation: 'relu' | 'linear';
  /** Prefix of the layers' names. */
  name: string;
}

export interface ConditioningAugmentation {
  /** `[batch, conditionDim]`: the draw that the generator sees. */
  condition: tf.SymbolicTensor;
  /** `[batch, conditionDim]` */
  mean: tf.SymbolicTensor;
  /** `[batch, conditionDim]` */
  logVariance: tf.SymbolicTensor;
}

/**
 * Conditioning augmentation (StackGAN, section 3.2): a sentence vector `[batch, sentenceDim]` becomes a Gaussian,
 * and `eps` `[batch, conditionDim]`, standard normal, picks the condition from it.
 */
export function conditioningAugmentation(
  sentence: tf.SymbolicTensor,
  eps: tf.SymbolicTensor,
  options: ConditioningAugmentationOptions,
): ConditioningAugmentation {
  const { conditionDim, activation, name } = options;
  const statistics = tf.layers
    .dense({ units: 2 * conditionDim, activation, name: `${name}/fc` })
    .apply(sentence) as tf.SymbolicTensor;
  const half = (part: string, begin: number) =>
    new FeatureSlice({ name: `${name}/${part}`, begin, size: conditionDim }).apply(
      statistics,
    ) as tf.SymbolicTensor;
  const mean = half('mean', 0);
  const logVariance = half('log_variance', conditionDim);
  const sample = new GaussianSample({ name: `${name}/sample` });
  return { condition: sample.apply([mean, logVariance, eps]) as tf.SymbolicTensor, mean, logVariance };
}
