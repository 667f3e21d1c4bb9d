import type * as tf from '@tensorflow/tfjs';
import {
  type AttnganGenerator,
  type AttnganGeneratorOptions,
  type AttnganInputs,
  buildAttnganGenerator,
  generatorVariables,
} from '../../../src/training/architectures/attngan/generator.js';
import {
  buildDiscriminator,
  type ConditionalDiscriminator,
} from '../../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import type { MatchingLogits } from '../../../src/training/architectures/text-matching.js';
import { adversarialLoss } from '../../../src/training/losses/adversarial.js';
import type { NamedVariables } from '../../../src/training/weights/named-variables.js';
import { attnganDiscriminatorNames, attnganGeneratorNames } from '../../import/official-names/attngan.js';
import { loadOfficial } from '../../import/official-names/load-official.js';
import type { OfficialName } from '../../import/official-names/official-name.js';
import type { ParityContext } from '../parity-context.js';

export const CROSS_ENTROPY = adversarialLoss('bce');

/** Weights of a case's network, by our names and by the official ones. */
interface LoadedWeights {
  variables: NamedVariables;
  names: readonly OfficialName[];
}

function generatorOptions(context: ParityContext): AttnganGeneratorOptions {
  const embeddingDim = context.number('EMBEDDING_DIM');
  const branches = context.number('BRANCH_NUM');
  if (branches !== 1 && branches !== 2 && branches !== 3) {
    throw new RangeError(`Expected 1 to 3 branches, the case has ${branches}.`);
  }
  return {
    sentenceDim: embeddingDim,
    wordDim: embeddingDim,
    conditionDim: context.number('CONDITION_DIM'),
    zDim: context.number('Z_DIM'),
    baseWidth: context.number('GF_DIM'),
    residualBlocks: context.number('R_NUM'),
    branches,
  };
}

/** Sentence, words, lengths and noise. */
export function generatorInputs(context: ParityContext): AttnganInputs {
  return {
    sentences: context.tensor<tf.Rank.R2>('in.sent_emb'),
    words: context.tensor<tf.Rank.R3>('in.words_emb').transpose([0, 2, 1]),
    lengths: context.tensor<tf.Rank.R1>('in.cap_lens', 'int32'),
    z: context.tensor<tf.Rank.R2>('in.z'),
    eps: context.tensor<tf.Rank.R2>('in.eps'),
  };
}

export interface LoadedGenerator extends LoadedWeights {
  generator: AttnganGenerator;
}

/** The case's generator, with the corrected attention mask or the official one. */
export function loadedGenerator(
  context: ParityContext,
  mask: 'fixed' | 'official',
  network?: string,
): LoadedGenerator {
  const options = generatorOptions(context);
  const generator = buildAttnganGenerator({
    ...options,
    attentionMask: mask === 'official' ? 'official' : 'perImage',
  });
  const variables = generatorVariables(generator);
  const names = attnganGeneratorNames(options);
  loadOfficial(variables, context.state(network), names);
  return { generator, variables, names };
}

export interface LoadedDiscriminator extends LoadedWeights {
  discriminator: ConditionalDiscriminator;
}

/** One of the case's discriminators; `network` is its name where there are several. */
export function loadedDiscriminator(
  context: ParityContext,
  imageSize: number,
  network?: string,
): LoadedDiscriminator {
  const discriminator = buildDiscriminator({
    name: `discriminator${imageSize}`,
    imageSize,
    baseWidth: context.number('DF_DIM'),
    normalization: 'batch',
    conditionalHead: { conditionDim: context.number('EMBEDDING_DIM') },
    unconditionalHead: true,
  });
  const variables = discriminatorVariables(discriminator);
  const names = attnganDiscriminatorNames({ imageSize });
  loadOfficial(variables, context.state(network), names);
  return { discriminator, variables, names };
}

/** Compares the terms of a discriminator's loss, as tensors or as numbers, and what it minimises. */
export function expectDiscriminatorTerms(
  context: ParityContext,
  terms: Readonly<Record<keyof MatchingLogits, tf.Tensor | number | undefined>>,
  total: tf.Tensor | number,
): void {
  const named = {
    'loss.errD_real_c': terms.real,
    'loss.errD_fake_c': terms.fake,
    'loss.errD_wrong_c': terms.wrong,
    'loss.errD_real_u': terms.realAlone,
    'loss.errD_fake_u': terms.fakeAlone,
    'loss.errD': total,
  };
  for (const [name, term] of Object.entries(named)) {
    if (term !== undefined) context.expectOutput(name, term);
  }
}
