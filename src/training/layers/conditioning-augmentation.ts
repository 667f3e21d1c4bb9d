import * as tf from '@tensorflow/tfjs';
import { FeatureSlice } from './feature-slice.js';
import { GaussianSample } from './gaussian-sample.js';
import { Glu } from './glu.js';
import { connected } from './model-outputs.js';

/**
 * What follows the linear layer. `relu`: StackGAN in PyTorch, where neither mean nor log variance is ever negative, so
 * that the deviation is at least 1. `leakyRelu` (slope 0.2): StackGAN in TensorFlow. `glu`: StackGAN++ and AttnGAN.
 * `linear`: none.
 */
export type ConditioningActivation = 'relu' | 'leakyRelu' | 'glu' | 'linear';

export interface ConditioningAugmentationOptions {
  /** Size of the mean, of the log variance and of the condition `c`. */
  conditionDim: number;
  activation: ConditioningActivation;
  /** What the second half of the statistics is. @default 'logVariance'; StackGAN in TensorFlow has `logSigma` */
  spread?: 'logVariance' | 'logSigma';
  /** Prefix of the layers' names. */
  name: string;
}

export interface ConditioningAugmentation {
  /** `[batch, conditionDim]`: the draw that the generator sees. */
  condition: tf.SymbolicTensor;
  /** `[batch, conditionDim]` */
  mean: tf.SymbolicTensor;
  /** `[batch, conditionDim]`, whatever `spread` says: twice the log sigma. */
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
  const { conditionDim, spread = 'logVariance', name } = options;
  const statistics = gaussianStatistics(sentence, options);
  const half = (part: string, begin: number) =>
    connected(new FeatureSlice({ name: `${name}/${part}`, begin, size: conditionDim }), statistics);
  const mean = half('mean', 0);
  let logVariance: tf.SymbolicTensor;
  if (spread === 'logSigma') {
    const logSigma = half('log_sigma', conditionDim);
    logVariance = connected(tf.layers.add({ name: `${name}/log_variance` }), [logSigma, logSigma]);
  } else {
    logVariance = half('log_variance', conditionDim);
  }
  const sample = new GaussianSample({ name: `${name}/sample` });
  return { condition: connected(sample, [mean, logVariance, eps]), mean, logVariance };
}

/**
 * Sets where the log variances of a generator's conditioning augmentation start, through the linear layer's bias. Only for
 * the activations `linear`, whose second half is the log variance, and `glu`, whose second quarter is it once a gate has
 * halved it: gates begin half open.
 */
export function startLogVariances(generator: tf.LayersModel, logVariance: number): void {
  if (logVariance === 0) return;
  const bias = generator
    .getLayer('ca_net/fc')
    .weights.find(({ originalName }) => originalName.endsWith('/bias'));
  if (bias === undefined) throw new TypeError(`Expected ${generator.name} to have a bias in ca_net/fc.`);
  const isGated = generator.layers.some(({ name }) => name === 'ca_net/glu');
  const units = bias.shape[0] ?? 0;
  const [begin, end, start] = isGated
    ? [units / 4, units / 2, 2 * logVariance]
    : [units / 2, units, logVariance];
  const values = Array.from({ length: units }, (_, unit) => (unit >= begin && unit < end ? start : 0));
  tf.tidy(() => {
    bias.write(tf.tensor1d(values));
  });
}

/** `[batch, 2 conditionDim]` */
function gaussianStatistics(
  sentence: tf.SymbolicTensor,
  { conditionDim, activation, name }: ConditioningAugmentationOptions,
): tf.SymbolicTensor {
  const units = activation === 'glu' ? 4 * conditionDim : 2 * conditionDim;
  const ofLinear = activation === 'relu' ? 'relu' : 'linear';
  const linear = connected(tf.layers.dense({ units, activation: ofLinear, name: `${name}/fc` }), sentence);
  if (activation === 'glu') return connected(new Glu({ name: `${name}/glu` }), linear);
  if (activation === 'leakyRelu') {
    return connected(tf.layers.leakyReLU({ alpha: 0.2, name: `${name}/lrelu` }), linear);
  }
  return linear;
}
