import type * as tf from '@tensorflow/tfjs';
import { buildDiscriminator } from '../../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import type { BranchBatch } from '../../../src/training/architectures/stackgan-pp/discriminator-loss.js';
import {
  buildStackganPlusPlusGenerator,
  type GeneratorInputs,
  generatorVariables,
} from '../../../src/training/architectures/stackgan-pp/generator.js';
import type { GeneratorLossWeights } from '../../../src/training/architectures/stackgan-pp/generator-loss.js';
import type { StackganPlusPlusBatch } from '../../../src/training/architectures/stackgan-pp/training-step.js';
import { adversarialLoss } from '../../../src/training/losses/adversarial.js';
import { loadOfficial } from '../../import/official-names/load-official.js';
import {
  stackganPlusPlusDiscriminatorNames,
  stackganPlusPlusGeneratorNames,
} from '../../import/official-names/stackgan-pp.js';
import type { ParityContext } from '../parity-context.js';

/** The generator with its stored weights, which `load` puts back. @param network below what they are stored, if not bare. */
export function loadedGenerator(context: ParityContext, network?: string) {
  const conditional = context.flag('B_CONDITION', true);
  const branches = context.number('BRANCH_NUM');
  const residualBlocks = context.number('R_NUM');
  const generator = buildStackganPlusPlusGenerator({
    text: conditional
      ? { sentenceDim: context.number('TEXT_DIM'), conditionDim: context.number('EMBEDDING_DIM') }
      : undefined,
    zDim: context.number('Z_DIM'),
    baseWidth: context.number('GF_DIM'),
    residualBlocks,
    branches,
  });
  const variables = generatorVariables(generator);
  const names = stackganPlusPlusGeneratorNames({ conditional, branches, residualBlocks });
  const load = () => loadOfficial(variables, context.state(network), names, { source: context.name });
  load();
  return { generator, variables, names, load };
}

/** A discriminator with its stored weights, which `load` puts back. @param network below what they are stored, if not bare. */
export function loadedDiscriminator(context: ParityContext, imageSize: number, network?: string) {
  const conditional = context.flag('B_CONDITION', true);
  const discriminator = buildDiscriminator({
    name: `discriminator${imageSize}`,
    imageSize,
    baseWidth: context.number('DF_DIM'),
    normalization: 'batch',
    conditionalHead: conditional
      ? { conditionDim: context.number('EMBEDDING_DIM'), conditionPosition: 'before' }
      : undefined,
    unconditionalHead: true,
  });
  const variables = discriminatorVariables(discriminator);
  const names = stackganPlusPlusDiscriminatorNames({ imageSize, conditional });
  const load = () => loadOfficial(variables, context.state(network), names, { source: context.name });
  load();
  return { discriminator, variables, names, load };
}

/** `in.z`, and with text `in.txt` and `in.eps`. */
export function generatorInputs(context: ParityContext): GeneratorInputs {
  const z = context.tensor<tf.Rank.R2>('in.z');
  if (!context.flag('B_CONDITION', true)) return { z };
  return { z, sentences: context.tensor<tf.Rank.R2>('in.txt'), eps: context.tensor<tf.Rank.R2>('in.eps') };
}

/** The pictures of 256 pixels are stored once for several cases, under other names. */
export function discriminatorBatch(context: ParityContext): BranchBatch {
  const shared = context.has('in.real') ? '' : '256';
  const real = context.image(`in.real${shared}`);
  const fake = context.image(`in.fake${shared}`);
  if (!context.flag('B_CONDITION', true)) return { real, fake, text: undefined };
  const wrong = context.has('in.wrong') ? context.image('in.wrong') : real.reverse(0);
  return { real, fake, text: { wrong, mean: context.tensor<tf.Rank.R2>('in.mu') } };
}

/** Pictures of all scales for a training step. */
export function stepBatch(context: ParityContext, branches: number): StackganPlusPlusBatch {
  const imagesOf = (kind: 'real' | 'wrong') =>
    Array.from({ length: branches }, (_, branch) => context.image(`in.${kind}${sideOf(branch)}`));
  const { z, sentences, eps } = generatorInputs(context);
  const text =
    sentences === undefined || eps === undefined
      ? undefined
      : { sentences, eps, wrongImages: imagesOf('wrong') };
  return { images: imagesOf('real'), z, text };
}

/** The weights of the case, where it names none those of the official birds. */
export function lossWeights(context: ParityContext): GeneratorLossWeights {
  return {
    adversarial: adversarialLoss('bce'),
    unconditionalWeight: context.number('UNCOND_LOSS', 1),
    klWeight: context.number('KL', 2),
    colorWeight: context.number('COLOR_LOSS', 0),
    finestColorsOnly: true,
  };
}

/** Pixels of a side of branch number `branch`, from 0. */
export function sideOf(branch: number): number {
  return 64 * 2 ** branch;
}
