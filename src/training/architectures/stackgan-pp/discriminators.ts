import type { DiscriminatorNormalization } from '../../layers/discriminator-conv.js';
import { buildDiscriminator, type Discriminator } from '../discriminator.js';

export interface BranchDiscriminatorOptions {
  /** How many scales the generator draws, each with a discriminator of its own. */
  branches: number;
  /** DF_DIM of the official code. */
  baseWidth: number;
  /** Size of the conditioning augmentation's mean, which the pictures are compared with; undefined without text. */
  conditionDim: number | undefined;
  /** Whether there is a head that judges the picture alone; without text always. @default true */
  unconditionalHead?: boolean;
  /** @default 'batch', as in the official code */
  normalization?: DiscriminatorNormalization;
}

/**
 * The discriminators of StackGAN++, coarsest scale first (`D_NET64` to `D_NET1024` of the official code). With text
 * each has a head that compares the picture with the condition, laid before the picture's channels, and one that judges
 * the picture alone; without text only the latter.
 */
export function buildBranchDiscriminators(options: BranchDiscriminatorOptions): Discriminator[] {
  const { branches, baseWidth, conditionDim, unconditionalHead = true, normalization = 'batch' } = options;
  return Array.from({ length: branches }, (_, branch) => {
    const imageSize = 64 * 2 ** branch;
    return buildDiscriminator({
      name: `discriminator${imageSize}`,
      imageSize,
      baseWidth,
      normalization,
      conditionalHead: conditionDim === undefined ? undefined : { conditionDim, conditionPosition: 'before' },
      unconditionalHead: conditionDim === undefined || unconditionalHead,
    });
  });
}
