import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { convBlock } from '../../layers/conv-block.js';
import { imageHead } from '../../layers/image-head.js';
import { connected } from '../../layers/model-outputs.js';
import { residualBlock } from '../../layers/residual-block.js';
import { TileCondition } from '../../layers/tile-condition.js';
import { upBlock } from '../../layers/up-block.js';
import { requireOptions, wholeNumber } from '../../require-options.js';
import { type StageTextOptions, stageCondition } from './stage-condition.js';

export interface Stage2GeneratorOptions extends StageTextOptions {
  /** GF_DIM of the official code: channels of the first convolution; the residual blocks have 4 times as many. */
  baseWidth: number;
  /** R_NUM of the official code. @default 4; the official configuration for COCO has 2 */
  residualBlocks?: number;
  /** Side of its pictures, pixels. @default 256, as in the official code; 128 leaves out the last doubling */
  imageSize?: 128 | 256;
}

// Channels are halved from map to map, rounded down as in the official code, and some have to be left.
const optionsSchema = z.object({
  sentenceDim: wholeNumber(1),
  conditionDim: wholeNumber(1),
  baseWidth: wholeNumber(4),
  residualBlocks: wholeNumber(0).optional(),
  imageSize: z.union([z.literal(128), z.literal(256)]).optional(),
});

export interface Stage2Generator {
  /**
   * Inputs `stage1_image` `[batch, 64, 64, 3]`, `sentence`, `eps` (a draw of its own); outputs image
   * `[batch, imageSize, imageSize, 3]` in [-1, 1], mean and log variance of its own conditioning augmentation.
   */
  model: tf.LayersModel;
  /** The same layers without the statistics: what is exported. */
  imageModel: tf.LayersModel;
}

/** Side of the Stage-I picture, pixels. */
const STAGE1_SIDE = 64;

/**
 * The Stage-II generator of StackGAN (section 3.4; `STAGE2_G` of the official PyTorch code without the Stage-I inside
 * it): a picture of Stage-I and the text become a picture of 256×256 pixels, or 128×128. No noise but that of the augmentation.
 * @throws {WordbrushError} `INVALID_OPTION` for sizes that are no whole numbers above 0, or a base width below 4.
 */
export function buildStage2Generator(options: Stage2GeneratorOptions): Stage2Generator {
  requireOptions(optionsSchema, options, "Stage-II's generator");
  const { baseWidth, residualBlocks = 4, imageSize = 256 } = options;
  const stage1Image = tf.input({ shape: [STAGE1_SIDE, STAGE1_SIDE, 3], name: 'stage1_image' });
  const { sentence, eps, condition, mean, logVariance } = stageCondition(options);

  const width = 4 * baseWidth;
  let x = joinCondition(encodeImage(stage1Image, baseWidth), condition, width);
  for (let block = 0; block < residualBlocks; block++) {
    x = residualBlock(x, { filters: width, activation: 'relu', name: `residual${block}` });
  }
  // From a map of 16×16.
  for (let level = 1; 16 * 2 ** level <= imageSize; level++) {
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
  const convolution = tf.layers.conv2d({
    filters: baseWidth,
    kernelSize: 3,
    padding: 'same',
    useBias: false,
    activation: 'relu',
    name: 'encode0/conv',
  });
  const first = connected(convolution, image);
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
  const tiled = connected(new TileCondition({ name: 'joint/tile', side: STAGE1_SIDE / 4 }), condition);
  const both = connected(tf.layers.concatenate({ name: 'joint/concat' }), [map, tiled]);
  return convBlock(both, { filters, activation: 'relu', name: 'joint' });
}
