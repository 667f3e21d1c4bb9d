import type { DiscriminatorNormalization } from '../../layers/discriminator-conv.js';
import { buildDiscriminator, type ConditionalDiscriminator } from '../discriminator.js';
import { type AttnganGeneratorOptions, imageSizes } from './generator.js';

export interface AttnganDiscriminatorOptions {
  /** DF_DIM of the official code. */
  baseWidth: number;
  /** @default 'batch', as in the official code */
  normalization?: DiscriminatorNormalization;
  /** Whether each also judges the picture without its text. @default true; AttnDCGAN does not */
  unconditionalHead?: boolean;
}

/**
 * A discriminator for each size that the generator draws, smallest first (`D_NET64` to `D_NET256` of the official code).
 * They compare the picture with the raw sentence vector, laid after the picture's channels.
 */
export function buildAttnganDiscriminators(
  generator: AttnganGeneratorOptions,
  options: AttnganDiscriminatorOptions,
): ConditionalDiscriminator[] {
  const { baseWidth, normalization = 'batch', unconditionalHead = true } = options;
  return imageSizes(generator).map((imageSize) =>
    buildDiscriminator({
      name: `discriminator${imageSize}`,
      imageSize,
      baseWidth,
      normalization,
      conditionalHead: { conditionDim: generator.sentenceDim, conditionPosition: 'after' },
      unconditionalHead,
    }),
  );
}
