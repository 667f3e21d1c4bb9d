import * as tf from '@tensorflow/tfjs';
import {
  type ConditioningActivation,
  conditioningAugmentation,
} from '../../layers/conditioning-augmentation.js';
import { firstMap } from '../../layers/first-map.js';
import { imageHead } from '../../layers/image-head.js';
import { upBlock } from '../../layers/up-block.js';
import { tensorflowStage1Image } from './tensorflow-stage1-image.js';
import { requireWidth, type StackganVariant, VARIANT_CONDITIONING } from './variant.js';

export interface Stage1GeneratorOptions {
  sentenceDim: number;
  /** Size of the condition `c`. */
  conditionDim: number;
  zDim: number;
  /** GF_DIM of the official code: the 4×4 map has 8 times as many channels, each doubling of the side halves them. */
  baseWidth: number;
  /** @default 'pytorch' */
  variant?: StackganVariant;
  /** @default what the variant has: `relu` or `leakyRelu` */
  conditioningActivation?: ConditioningActivation;
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
 * @throws {WordbrushError} `CONFIG_INVALID` for a base width below 2.
 */
export function buildStage1Generator(options: Stage1GeneratorOptions): Stage1Generator {
  const { sentenceDim, conditionDim, zDim, baseWidth, variant = 'pytorch' } = options;
  requireWidth(baseWidth, 2);
  const { activation, spread } = VARIANT_CONDITIONING[variant];
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const z = tf.input({ shape: [zDim], name: 'z' });
  const eps = tf.input({ shape: [conditionDim], name: 'eps' });
  const { condition, mean, logVariance } = conditioningAugmentation(sentence, eps, {
    conditionDim,
    activation: options.conditioningActivation ?? activation,
    spread,
    name: 'ca_net',
  });

  const noiseAndCondition = tf.layers
    .concatenate({ name: 'noise_and_condition' })
    .apply(variant === 'pytorch' ? [z, condition] : [condition, z]) as tf.SymbolicTensor;
  const stage1Image = variant === 'pytorch' ? pytorchStage1Image : tensorflowStage1Image;
  const image = stage1Image(noiseAndCondition, baseWidth);

  const inputs = [sentence, z, eps];
  return {
    model: tf.model({ inputs, outputs: [image, mean, logVariance], name: 'stage1_generator' }),
    imageModel: tf.model({ inputs, outputs: image, name: 'stage1_image' }),
  };
}

/** `[batch, zDim + conditionDim]` to `[batch, 64, 64, 3]`: four doublings, each with a convolution. */
function pytorchStage1Image(noiseAndCondition: tf.SymbolicTensor, baseWidth: number): tf.SymbolicTensor {
  const channels = 8 * baseWidth;
  let x = firstMap(noiseAndCondition, { channels, activation: 'relu', name: 'fc' });
  for (const level of [1, 2, 3, 4]) {
    x = upBlock(x, {
      filters: Math.floor(channels / 2 ** level),
      activation: 'relu',
      name: `upsample${level}`,
    });
  }
  return imageHead(x, 'img');
}
