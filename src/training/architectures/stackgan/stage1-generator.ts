import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from '../../layers/batch-normalization.js';
import { conditioningAugmentation } from '../../layers/conditioning-augmentation.js';
import { upBlock } from '../../layers/up-block.js';

export interface Stage1GeneratorOptions {
  sentenceDim: number;
  /** Size of the condition `c`. */
  conditionDim: number;
  zDim: number;
  /** GF_DIM of the official code: the 4×4 map has 8 times as many channels, each doubling of the side halves them. */
  baseWidth: number;
  conditioningActivation: 'relu' | 'linear';
}

export interface Stage1Generator {
  /** Inputs `sentence`, `z`, `eps`; outputs image `[batch, 64, 64, 3]` in [-1, 1], mean and log variance. */
  model: tf.LayersModel;
  /** The same layers without the statistics: what is exported. */
  imageModel: tf.LayersModel;
}

/**
 * The Stage-I generator of StackGAN (section 3.3; `STAGE1_G` of the official PyTorch code): text and noise
 * become a picture of 64×64 pixels.
 */
export function buildStage1Generator(options: Stage1GeneratorOptions): Stage1Generator {
  const { sentenceDim, conditionDim, zDim, baseWidth, conditioningActivation } = options;
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const z = tf.input({ shape: [zDim], name: 'z' });
  const eps = tf.input({ shape: [conditionDim], name: 'eps' });
  const { condition, mean, logVariance } = conditioningAugmentation(sentence, eps, {
    conditionDim,
    activation: conditioningActivation,
    name: 'ca_net',
  });

  const channels = 8 * baseWidth;
  let x = tf.layers.concatenate({ name: 'noise_and_condition' }).apply([z, condition]);
  x = tf.layers.dense({ units: 16 * channels, useBias: false, name: 'fc' }).apply(x);
  x = new BatchNormalization({ name: 'fc_bn' }).apply(x);
  x = tf.layers.activation({ activation: 'relu', name: 'fc_relu' }).apply(x);
  // The official code views the features as channels × 4 × 4; here channels come last.
  x = tf.layers.reshape({ targetShape: [channels, 4, 4], name: 'fc_map' }).apply(x);
  x = tf.layers.permute({ dims: [2, 3, 1], name: 'fc_map_nhwc' }).apply(x) as tf.SymbolicTensor;
  for (const level of [1, 2, 3, 4]) {
    x = upBlock(x, { filters: channels / 2 ** level, name: `upsample${level}` });
  }
  const image = tf.layers
    .conv2d({ filters: 3, kernelSize: 3, padding: 'same', useBias: false, activation: 'tanh', name: 'img' })
    .apply(x) as tf.SymbolicTensor;

  const inputs = [sentence, z, eps];
  return {
    model: tf.model({ inputs, outputs: [image, mean, logVariance], name: 'stage1_generator' }),
    imageModel: tf.model({ inputs, outputs: image, name: 'stage1_image' }),
  };
}
