import * as tf from '@tensorflow/tfjs';
import {
  type DiscriminatorNormalization,
  discriminatorConv,
  logitConv,
} from '../layers/discriminator-conv.js';
import { connected } from '../layers/model-outputs.js';
import { TileCondition } from '../layers/tile-condition.js';

export interface DiscriminatorOptions {
  /** Name of the backbone, and prefix of its weights in a checkpoint. */
  name: string;
  /** Side of the pictures: 64 times a power of two. */
  imageSize: number;
  /** DF_DIM of the official code: channels after the first convolution. */
  baseWidth: number;
  normalization: DiscriminatorNormalization;
  /** The head that compares the picture with its text; undefined for a model without text. */
  conditionalHead: ConditionalHeadOptions | undefined;
  /** A head that judges the picture alone. */
  unconditionalHead: boolean;
}

export interface ConditionalHeadOptions {
  /** Size of the vector that the head compares the picture with. */
  conditionDim: number;
  /**
   * Size of the head's own linear layer (with leaky ReLU) on the condition, as in the official TensorFlow code;
   * undefined feeds the condition as it is.
   */
  projectionDim?: number | undefined;
  /** Whether the condition's channels come before or after the picture's. @default 'after'; StackGAN++ has them before */
  conditionPosition?: 'before' | 'after';
  /** Side of the kernel of the convolution over both. @default 3; StackGAN's official TensorFlow code has 1 */
  jointKernelSize?: 1 | 3;
  /** Bias of the logit. @default true; StackGAN's official TensorFlow code has none */
  logitBias?: boolean;
}

export interface Discriminator {
  /** Image `[batch, size, size, 3]` to features `[batch, 4, 4, 8 baseWidth]`. */
  backbone: tf.LayersModel;
  /** Features and condition `[batch, conditionDim]` to a logit `[batch, 1]`: is it real, and does it fit the text? */
  conditionalHead: tf.LayersModel | undefined;
  /** Features to a logit `[batch, 1]`: is it real? */
  unconditionalHead: tf.LayersModel | undefined;
}

/** A discriminator that compares pictures with texts. */
export type ConditionalDiscriminator = Discriminator & { conditionalHead: tf.LayersModel };

/** Backbone and heads: what makes up one discriminator. */
export function discriminatorModels({
  backbone,
  conditionalHead,
  unconditionalHead,
}: Discriminator): tf.LayersModel[] {
  return [backbone, conditionalHead, unconditionalHead].filter((model) => model !== undefined);
}

/** Side of the map that the heads see. */
const MAP_SIDE = 4;

/**
 * The discriminator of all three architectures: `STAGE1_D` and `STAGE2_D` of StackGAN, `D_NET64` to `D_NET1024` of
 * StackGAN++ and AttnGAN. Strided convolutions bring the picture to 4×4; from 128 pixels on, further convolutions bring
 * the channels back to 8 times the base width.
 */
export function buildDiscriminator(
  options: DiscriminatorOptions & { conditionalHead: ConditionalHeadOptions },
): ConditionalDiscriminator;
export function buildDiscriminator(options: DiscriminatorOptions): Discriminator;
export function buildDiscriminator(options: DiscriminatorOptions): Discriminator {
  const { baseWidth, normalization, conditionalHead } = options;
  const mapShape = [MAP_SIDE, MAP_SIDE, 8 * baseWidth];
  return {
    backbone: buildBackbone(options),
    conditionalHead:
      conditionalHead === undefined
        ? undefined
        : buildConditionalHead(mapShape, conditionalHead, normalization),
    unconditionalHead: options.unconditionalHead
      ? buildUnconditionalHead(mapShape, normalization)
      : undefined,
  };
}

function buildBackbone({ name, imageSize, baseWidth, normalization }: DiscriminatorOptions): tf.LayersModel {
  const doublings = Math.log2(imageSize / MAP_SIDE);
  if (!Number.isInteger(doublings) || doublings < 4) {
    throw new RangeError(`Expected imageSize: 64 times a power of two, received ${imageSize}.`);
  }
  const image = tf.input({ shape: [imageSize, imageSize, 3], name: 'image' });
  let x = image;
  for (let level = 0; level < doublings; level++) {
    const filters = baseWidth * 2 ** level;
    // The first block has no batch normalisation.
    const normalize = level > 0;
    x = discriminatorConv(x, {
      name: `encode${level}`,
      filters,
      kernelSize: 4,
      strides: 2,
      normalization,
      normalize,
    });
  }
  for (let level = doublings - 2; level >= 3; level--) {
    const filters = baseWidth * 2 ** level;
    x = discriminatorConv(x, { name: `reduce${level}`, filters, kernelSize: 3, strides: 1, normalization });
  }
  return tf.model({ inputs: image, outputs: x, name });
}

/** The head that compares features of the shape `mapShape` with a condition `[batch, conditionDim]`. */
export function buildConditionalHead(
  mapShape: number[],
  options: ConditionalHeadOptions,
  normalization: DiscriminatorNormalization,
): tf.LayersModel {
  const { conditionDim, projectionDim, conditionPosition = 'after' } = options;
  const { jointKernelSize: kernelSize = 3, logitBias: useBias = true } = options;
  const features = tf.input({ shape: mapShape, name: 'features' });
  const condition = tf.input({ shape: [conditionDim], name: 'condition' });
  const projected = projectionDim === undefined ? condition : projectCondition(condition, projectionDim);
  const tiled = connected(new TileCondition({ name: 'conditional/tile', side: MAP_SIDE }), projected);
  const joint = connected(
    tf.layers.concatenate({ name: 'conditional/concat' }),
    conditionPosition === 'before' ? [tiled, features] : [features, tiled],
  );
  const filters = mapShape.at(-1) ?? 0;
  const name = 'conditional/joint';
  const block = discriminatorConv(joint, { name, filters, kernelSize, strides: 1, normalization });
  const logit = logitConv(block, { name: 'conditional/out', normalization, useBias });
  return tf.model({ inputs: [features, condition], outputs: logit, name: 'conditional_head' });
}

function projectCondition(condition: tf.SymbolicTensor, units: number): tf.SymbolicTensor {
  const linear = connected(tf.layers.dense({ units, name: 'conditional/projection' }), condition);
  return connected(tf.layers.leakyReLU({ alpha: 0.2, name: 'conditional/projection_lrelu' }), linear);
}

/** The head that judges features of the shape `mapShape` alone. */
export function buildUnconditionalHead(
  mapShape: number[],
  normalization: DiscriminatorNormalization,
): tf.LayersModel {
  const features = tf.input({ shape: mapShape, name: 'features' });
  const logit = logitConv(features, { name: 'unconditional/out', normalization });
  return tf.model({ inputs: features, outputs: logit, name: 'unconditional_head' });
}
