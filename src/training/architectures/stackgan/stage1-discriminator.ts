import * as tf from '@tensorflow/tfjs';
import {
  type DiscriminatorNormalization,
  discriminatorConv,
  logitConv,
} from '../../layers/discriminator-conv.js';
import { TileCondition } from '../../layers/tile-condition.js';

export interface Stage1DiscriminatorOptions {
  /** Size of the vector that the conditional head compares the picture with. */
  conditionDim: number;
  /** DF_DIM of the official code: channels after the first convolution. */
  baseWidth: number;
  normalization: DiscriminatorNormalization;
  /**
   * Size of the head's own linear layer (with leaky ReLU) on the condition, as in the official TensorFlow code;
   * undefined feeds the condition as it is, as in the official PyTorch code.
   */
  projectionDim: number | undefined;
  /** A second head that judges the picture alone. The official Stage-I has none. */
  unconditionalHead: boolean;
}

export interface Stage1Discriminator {
  /** Image `[batch, 64, 64, 3]` to features `[batch, 4, 4, 8 baseWidth]`. */
  backbone: tf.LayersModel;
  /** Features and condition `[batch, conditionDim]` to a logit `[batch, 1]`: is it real, and does it fit the text? */
  conditionalHead: tf.LayersModel;
  /** Features to a logit `[batch, 1]`: is it real? */
  unconditionalHead: tf.LayersModel | undefined;
  /** Whether a training pass depends on which pictures are in the batch together. */
  usesBatchStatistics: boolean;
}

/** The Stage-I discriminator of StackGAN (section 3.3; `STAGE1_D` of the official PyTorch code). */
export function buildStage1Discriminator(options: Stage1DiscriminatorOptions): Stage1Discriminator {
  const { conditionDim, baseWidth, normalization } = options;
  const image = tf.input({ shape: [64, 64, 3], name: 'image' });
  let x = image;
  for (const [index, widths] of [1, 2, 4, 8].entries()) {
    const name = `encode${index}`;
    // The first block has no batch normalisation.
    const normalize = index > 0;
    x = discriminatorConv(x, {
      name,
      filters: widths * baseWidth,
      kernelSize: 4,
      strides: 2,
      normalization,
      normalize,
    });
  }
  const channels = 8 * baseWidth;
  const mapShape = [4, 4, channels];
  return {
    backbone: tf.model({ inputs: image, outputs: x, name: 'stage1_discriminator' }),
    conditionalHead: buildConditionalHead(mapShape, conditionDim, options),
    usesBatchStatistics: normalization === 'batch',
    unconditionalHead: options.unconditionalHead
      ? buildUnconditionalHead(mapShape, normalization)
      : undefined,
  };
}

function buildConditionalHead(
  mapShape: number[],
  conditionDim: number,
  { baseWidth, normalization, projectionDim }: Stage1DiscriminatorOptions,
): tf.LayersModel {
  const features = tf.input({ shape: mapShape, name: 'features' });
  const condition = tf.input({ shape: [conditionDim], name: 'condition' });
  const projected = projectionDim === undefined ? condition : projectCondition(condition, projectionDim);
  const tiled = new TileCondition({ name: 'conditional/tile', side: 4 }).apply(
    projected,
  ) as tf.SymbolicTensor;
  const joint = tf.layers
    .concatenate({ name: 'conditional/concat' })
    .apply([features, tiled]) as tf.SymbolicTensor;
  const filters = 8 * baseWidth;
  const block = discriminatorConv(joint, {
    name: 'conditional/joint',
    filters,
    kernelSize: 3,
    strides: 1,
    normalization,
  });
  const logit = logitConv(block, { name: 'conditional/out', normalization });
  return tf.model({ inputs: [features, condition], outputs: logit, name: 'conditional_head' });
}

function projectCondition(condition: tf.SymbolicTensor, units: number): tf.SymbolicTensor {
  const linear = tf.layers.dense({ units, name: 'conditional/projection' }).apply(condition);
  return tf.layers
    .leakyReLU({ alpha: 0.2, name: 'conditional/projection_lrelu' })
    .apply(linear) as tf.SymbolicTensor;
}

function buildUnconditionalHead(
  mapShape: number[],
  normalization: DiscriminatorNormalization,
): tf.LayersModel {
  const features = tf.input({ shape: mapShape, name: 'features' });
  const logit = logitConv(features, { name: 'unconditional/out', normalization });
  return tf.model({ inputs: features, outputs: logit, name: 'unconditional_head' });
}
