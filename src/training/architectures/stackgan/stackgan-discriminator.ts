import type { DiscriminatorNormalization } from '../../layers/discriminator-conv.js';
import {
  buildConditionalHead,
  buildDiscriminator,
  buildUnconditionalHead,
  type ConditionalDiscriminator,
} from '../discriminator.js';
import type { StageTextOptions } from './stage-condition.js';
import { buildTensorflowBackbone } from './tensorflow-backbone.js';
import type { StackganVariant } from './variant.js';

export interface StackganDiscriminatorOptions {
  stage: 1 | 2;
  /** DF_DIM of the official code. */
  baseWidth: number;
  normalization: DiscriminatorNormalization;
  /** Size of the vector that the conditional head is given. */
  conditionDim: number;
  /** Size of the head's own linear layer on it; undefined for none. */
  projectionDim?: number | undefined;
  /** A second head that judges the picture alone. */
  unconditionalHead: boolean;
  /** @default 'pytorch' */
  variant?: StackganVariant;
  /** Side of Stage-II's pictures, pixels; the TensorFlow code knows 256 only. @default 256 */
  imageSize?: 128 | 256 | undefined;
}

/**
 * The discriminator of a stage (sections 3.3 and 3.4), for pictures of 64 or 256 pixels. Officially, Stage-II in
 * PyTorch is the only one with an unconditional head, and the TensorFlow code the only one with a projection: that of
 * the sentence vector, to 128.
 */
export function buildStackganDiscriminator(options: StackganDiscriminatorOptions): ConditionalDiscriminator {
  const { stage, baseWidth, normalization, conditionDim, projectionDim, unconditionalHead } = options;
  const name = `stage${stage}_discriminator`;
  const conditionalHead = { conditionDim, projectionDim };
  if (options.variant !== 'tensorflow') {
    const imageSize = stage === 1 ? 64 : (options.imageSize ?? 256);
    return buildDiscriminator({
      name,
      imageSize,
      baseWidth,
      normalization,
      conditionalHead,
      unconditionalHead,
    });
  }
  const backbone = buildTensorflowBackbone({ name, stage, baseWidth, normalization });
  const mapShape = [4, 4, 8 * baseWidth];
  const head = { ...conditionalHead, jointKernelSize: 1, logitBias: false } as const;
  return {
    backbone,
    conditionalHead: buildConditionalHead(mapShape, head, normalization),
    unconditionalHead: unconditionalHead ? buildUnconditionalHead(mapShape, normalization) : undefined,
  };
}

/** How a stage's trainer builds its discriminator. */
export interface StageDiscriminatorOptions {
  /** DF_DIM of the official code. */
  baseWidth: number;
  normalization: DiscriminatorNormalization;
  /** What the conditional head sees: the augmentation's mean (PyTorch) or the sentence vector (TensorFlow). */
  condition: 'mean' | 'sentence';
  /** Size of the head's own linear layer on the condition, or null for none; 128 in the TensorFlow code. */
  projectionDim: number | null;
  /** A second head that judges the picture alone. Officially Stage-II in PyTorch is the only one to have it. */
  unconditionalHead: boolean;
}

/** The discriminator that goes with a stage's generator. */
export function buildStageDiscriminator(
  stage: 1 | 2,
  options: StageDiscriminatorOptions,
  {
    sentenceDim,
    conditionDim,
    variant = 'pytorch',
    imageSize,
  }: StageTextOptions & Pick<StackganDiscriminatorOptions, 'imageSize'>,
): ConditionalDiscriminator {
  const { condition, projectionDim, ...widths } = options;
  return buildStackganDiscriminator({
    ...widths,
    stage,
    conditionDim: condition === 'sentence' ? sentenceDim : conditionDim,
    projectionDim: projectionDim ?? undefined,
    variant,
    imageSize,
  });
}
