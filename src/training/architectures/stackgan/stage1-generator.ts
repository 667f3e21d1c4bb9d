import * as tf from '@tensorflow/tfjs';
import { conditioningAugmentation } from '../../layers/conditioning-augmentation.js';
import { firstMap } from '../../layers/first-map.js';
import { imageHead } from '../../layers/image-head.js';
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
  const noiseAndCondition = tf.layers
    .concatenate({ name: 'noise_and_condition' })
    .apply([z, condition]) as tf.SymbolicTensor;
  let x = firstMap(noiseAndCondition, { channels, activation: 'relu', name: 'fc' });
  for (const level of [1, 2, 3, 4]) {
    x = upBlock(x, { filters: channels / 2 ** level, activation: 'relu', name: `upsample${level}` });
  }
  const image = imageHead(x, 'img');

  const inputs = [sentence, z, eps];
  return {
    model: tf.model({ inputs, outputs: [image, mean, logVariance], name: 'stage1_generator' }),
    imageModel: tf.model({ inputs, outputs: image, name: 'stage1_image' }),
  };
}
