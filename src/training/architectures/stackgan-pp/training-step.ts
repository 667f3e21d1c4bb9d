import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import type { Adam } from '../../optimizers/adam.js';
import { descend } from '../../optimizers/descend.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { TrainedDiscriminator } from '../trained-discriminator.js';
import {
  type BranchBatch,
  type DiscriminatorLoss,
  discriminatorLoss,
  type HeadLosses,
  judgeBranch,
} from './discriminator-loss.js';
import { applyGenerator, type StackganPlusPlusGenerator } from './generator.js';
import { type GeneratorLoss, type GeneratorLossWeights, generatorLoss } from './generator-loss.js';

/** One mini-batch; all tensors `[batch, ...]`, at least two rows. */
export interface StackganPlusPlusBatch {
  /** A tensor a branch, coarsest first, of the same pictures: `[batch, side, side, 3]` in [-1, 1]. */
  images: readonly tf.Tensor4D[];
  /** `[batch, zDim]`, standard normal. */
  z: tf.Tensor2D;
  /** Undefined for a model without text. */
  text:
    | {
        /** `[batch, sentenceDim]`, row i describing picture i. */
        sentences: tf.Tensor2D;
        /** `[batch, conditionDim]`, standard normal. */
        eps: tf.Tensor2D;
        /** As `images`: pictures that row i of `sentences` does not describe. */
        wrongImages: readonly tf.Tensor4D[];
      }
    | undefined;
}

export interface StackganPlusPlusStepOptions {
  generator: StackganPlusPlusGenerator;
  generatorVariables: NamedVariables;
  generatorOptimizer: Adam;
  /** Coarsest scale first. */
  discriminators: readonly TrainedDiscriminator[];
  weights: GeneratorLossWeights;
}

/** All terms before weighting, and the totals. */
export interface StackganPlusPlusLosses {
  /** One a branch, coarsest first. */
  discriminators: DiscriminatorLoss<number>[];
  generator: GeneratorLoss<number>;
}

/**
 * One training step of StackGAN++: each discriminator moves on the fakes of its scale, then the generator moves on the
 * same fakes. The generator's forward pass runs once.
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of fewer than two pictures (batch normalisation would leave
 * nothing of a single vector), or one that does not fit the model's branches.
 */
export function stackganPlusPlusStep(
  options: StackganPlusPlusStepOptions,
  batch: StackganPlusPlusBatch,
): StackganPlusPlusLosses {
  const { generator, generatorVariables, generatorOptimizer, discriminators, weights } = options;
  checkBatch(options, batch);
  return descend(generatorVariables, generatorOptimizer, () => {
    const outputs = applyGenerator(generator, { z: batch.z, ...batch.text }, { training: true });
    const mean = outputs.statistics?.mean;
    const judged = suspendTape(() =>
      discriminators.map((trained, branch) =>
        discriminatorStep(trained, branchBatch(batch, branch, outputs.images[branch], mean), weights),
      ),
    );
    const judges = discriminators.map(({ discriminator }) => discriminator);
    const loss = generatorLoss(judges, outputs, weights);
    return { loss: loss.total, report: { discriminators: judged, generator: generatorNumbers(loss) } };
  });
}

function discriminatorStep(
  { discriminator, variables, optimizer }: TrainedDiscriminator,
  batch: BranchBatch,
  weights: GeneratorLossWeights,
): DiscriminatorLoss<number> {
  return descend(variables, optimizer, () => {
    const loss = discriminatorLoss(judgeBranch(discriminator, batch), weights);
    return { loss: loss.total, report: discriminatorNumbers(loss) };
  });
}

function branchBatch(
  { images, text }: StackganPlusPlusBatch,
  index: number,
  fake: tf.Tensor4D | undefined,
  mean: tf.Tensor2D | undefined,
): BranchBatch {
  const [real, wrong] = [images[index], text?.wrongImages[index]];
  if (real === undefined || fake === undefined) throw new RangeError(`There is no branch ${index}.`);
  return { real, fake, text: wrong === undefined || mean === undefined ? undefined : { wrong, mean } };
}

function checkBatch(
  { generator, discriminators }: StackganPlusPlusStepOptions,
  { images, text, z }: StackganPlusPlusBatch,
): void {
  const refuse = (expected: string, received: string) => {
    throw new WordbrushError('INVALID_OPTION', `Expected ${expected}, received ${received}.`);
  };
  if (generator.conditional !== (text !== undefined)) {
    refuse(
      `a batch ${generator.conditional ? 'with' : 'without'} text, as the generator`,
      `one ${generator.conditional ? 'without' : 'with'}`,
    );
  }
  const [batch] = z.shape;
  if (batch < 2) refuse('a batch of at least 2 pictures', `${batch}`);
  for (const pictures of text === undefined ? [images] : [images, text.wrongImages]) {
    const shapes = pictures.map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
    const wanted = discriminators.map(
      (_, branch) => `[${[batch, 64 * 2 ** branch, 64 * 2 ** branch, 3].join(', ')}]`,
    );
    if (shapes !== wanted.join(', ')) refuse(`pictures ${wanted.join(', ')}`, shapes || 'none');
  }
}

function discriminatorNumbers({ total, real, wrong, fake }: DiscriminatorLoss): DiscriminatorLoss<number> {
  return {
    total: numberOf(total),
    real: headNumbers(real),
    wrong: wrong === undefined ? undefined : headNumbers(wrong),
    fake: headNumbers(fake),
  };
}

function generatorNumbers({ total, branches, kl, colors }: GeneratorLoss): GeneratorLoss<number> {
  return {
    total: numberOf(total),
    branches: branches.map(headNumbers),
    kl: kl === undefined ? undefined : numberOf(kl),
    colors: colors.map(({ mean, covariance }) => ({
      mean: numberOf(mean),
      covariance: numberOf(covariance),
    })),
  };
}

function headNumbers({ conditional, unconditional }: HeadLosses): HeadLosses<number> {
  return {
    conditional: conditional === undefined ? undefined : numberOf(conditional),
    unconditional: unconditional === undefined ? undefined : numberOf(unconditional),
  };
}

function numberOf(scalar: tf.Scalar): number {
  return scalar.dataSync()[0] ?? Number.NaN;
}
