import * as tf from '@tensorflow/tfjs';
import {
  type ConditioningActivation,
  conditioningAugmentation,
} from '../../layers/conditioning-augmentation.js';
import { convBlock } from '../../layers/conv-block.js';
import { imageHead } from '../../layers/image-head.js';
import { residualBlock } from '../../layers/residual-block.js';
import { TileCondition } from '../../layers/tile-condition.js';
import { upBlock } from '../../layers/up-block.js';
import { requireWidth, type StackganVariant, VARIANT_CONDITIONING } from './variant.js';

export interface Stage2GeneratorOptions {
  sentenceDim: number;
  /** Size of the condition `c`. */
  conditionDim: number;
  /** GF_DIM of the official code: channels of the first convolution; the residual blocks have 4 times as many. */
  baseWidth: number;
  /** R_NUM of the official code. @default 4; the official configuration for COCO has 2 */
  residualBlocks?: number;
  /** Decides the conditioning augmentation. @default 'pytorch' */
  variant?: StackganVariant;
  /** @default what the variant has: `relu` or `leakyRelu` */
  conditioningActivation?: ConditioningActivation;
}

export interface Stage2Generator {
  /**
   * Inputs `stage1_image` `[batch, 64, 64, 3]`, `sentence`, `eps` (a draw of its own); outputs image
   * `[batch, 256, 256, 3]` in [-1, 1], mean and log variance of its own conditioning augmentation.
   */
  model: tf.LayersModel;
  /** The same layers without the statistics: what is exported. */
  imageModel: tf.LayersModel;
}

/** Side of the Stage-I picture, pixels. */
const STAGE1_SIDE = 64;

/**
 * The Stage-II generator of StackGAN (section 3.4; `STAGE2_G` of the official PyTorch code without the Stage-I inside
 * it): a picture of Stage-I and the text become a picture of 256×256 pixels. No noise but that of the augmentation.
 * @throws {WordbrushError} `CONFIG_INVALID` for a base width below 4.
 */
export function buildStage2Generator(options: Stage2GeneratorOptions): Stage2Generator {
  const { sentenceDim, conditionDim, baseWidth, residualBlocks = 4, variant = 'pytorch' } = options;
  requireWidth(baseWidth, 4);
  const { activation, spread } = VARIANT_CONDITIONING[variant];
  const stage1Image = tf.input({ shape: [STAGE1_SIDE, STAGE1_SIDE, 3], name: 'stage1_image' });
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const eps = tf.input({ shape: [conditionDim], name: 'eps' });
  const { condition, mean, logVariance } = conditioningAugmentation(sentence, eps, {
    conditionDim,
    activation: options.conditioningActivation ?? activation,
    spread,
    name: 'ca_net',
  });

  const width = 4 * baseWidth;
  let x = joinCondition(encodeImage(stage1Image, baseWidth), condition, width);
  for (let block = 0; block < residualBlocks; block++) {
    x = residualBlock(x, { filters: width, activation: 'relu', name: `residual${block}` });
  }
  for (const level of [1, 2, 3, 4]) {
    x = upBlock(x, { filters: Math.floor(width / 2 ** level), activation: 'relu', name: `upsample${level}` });
  }
  const image = imageHead(x, 'img');

  const inputs = [stage1Image, sentence, eps];
  return {
    model: tf.model({ inputs, outputs: [image, mean, logVariance], name: 'stage2_generator' }),
    imageModel: tf.model({ inputs, outputs: image, name: 'stage2_image' }),
  };
}

/** `[batch, 64, 64, 3]` to `[batch, 16, 16, 4 baseWidth]` */
function encodeImage(image: tf.SymbolicTensor, baseWidth: number): tf.SymbolicTensor {
  const first = tf.layers
    .conv2d({
      filters: baseWidth,
      kernelSize: 3,
      padding: 'same',
      useBias: false,
      activation: 'relu',
      name: 'encode0/conv',
    })
    .apply(image) as tf.SymbolicTensor;
  const strided = { kernelSize: 4, strides: 2, activation: 'relu' } as const;
  const half = convBlock(first, { ...strided, filters: 2 * baseWidth, name: 'encode1' });
  return convBlock(half, { ...strided, filters: 4 * baseWidth, name: 'encode2' });
}

/** Map and condition, at every place of it, mixed by a convolution to `filters` channels. */
function joinCondition(
  map: tf.SymbolicTensor,
  condition: tf.SymbolicTensor,
  filters: number,
): tf.SymbolicTensor {
  const tiled = new TileCondition({ name: 'joint/tile', side: STAGE1_SIDE / 4 }).apply(condition);
  const both = tf.layers
    .concatenate({ name: 'joint/concat' })
    .apply([map, tiled as tf.SymbolicTensor]) as tf.SymbolicTensor;
  return convBlock(both, { filters, activation: 'relu', name: 'joint' });
}
