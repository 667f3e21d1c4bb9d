import * as tf from '@tensorflow/tfjs';
import * as zod from 'zod';
import { firstMap } from '../../layers/first-map.js';
import { imageHead } from '../../layers/image-head.js';
import { connected } from '../../layers/model-outputs.js';
import { upBlock } from '../../layers/up-block.js';
import { requireOptions, wholeNumber } from '../../require-options.js';
import { type StageTextOptions, stageCondition } from './stage-condition.js';
import { tensorflowStage1Image } from './tensorflow-stage1-image.js';

export interface Stage1GeneratorOptions extends StageTextOptions {
  zDim: number;
  /** GF_DIM of the official code: the 4×4 map has 8 times as many channels, each doubling of the side halves them. */
  baseWidth: number;
}

// Channels are halved from map to map, rounded down as in the official code, and some have to be left.
const optionsSchema = zod.object({
  sentenceDim: wholeNumber(1),
  conditionDim: wholeNumber(1),
  zDim: wholeNumber(1),
  baseWidth: wholeNumber(2),
});

export interface Stage1Generator {
  /** Inputs `sentence`, `z`, `eps`; outputs image `[batch, 64, 64, 3]` in [-1, 1], mean and log variance. */
  model: tf.LayersModel;
  /** The same layers without the statistics: what is exported. */
  imageModel: tf.LayersModel;
}

/**
 * The Stage-I generator of StackGAN (section 3.3; `STAGE1_G` of the official PyTorch code): text and noise
 * become a picture of 64×64 pixels.
 * @throws {WordbrushError} `INVALID_OPTION` for sizes that are no whole numbers above 0, or a base width below 2.
 */
export function buildStage1Generator(options: Stage1GeneratorOptions): Stage1Generator {
  requireOptions(optionsSchema, options, "Stage-I's generator");
  const { zDim, baseWidth, variant = 'pytorch' } = options;
  const { sentence, eps, condition, mean, logVariance } = stageCondition(options);
  const z = tf.input({ shape: [zDim], name: 'z' });
  const noiseAndCondition = connected(
    tf.layers.concatenate({ name: 'noise_and_condition' }),
    variant === 'pytorch' ? [z, condition] : [condition, z],
  );
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
