import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import type { Adam } from '../../optimizers/adam.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { Discriminator } from '../discriminator.js';
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

/** The discriminator of one scale and what moves it. */
export interface Branch {
  discriminator: Discriminator;
  variables: NamedVariables;
  optimizer: Adam;
}

export interface StackganPlusPlusStepOptions {
  generator: StackganPlusPlusGenerator;
  generatorVariables: NamedVariables;
  generatorOptimizer: Adam;
  /** Coarsest scale first. */
  branches: readonly Branch[];
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
  const { generator, generatorVariables, generatorOptimizer, branches, weights } = options;
  checkBatch(options, batch);
  let losses: StackganPlusPlusLosses | undefined;
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const outputs = applyGenerator(generator, { z: batch.z, ...batch.text }, { training: true });
      const discriminators = suspendTape(() =>
        branches.map((branch, index) => {
          const mean = outputs.statistics?.mean;
          return discriminatorStep(branch, branchBatch(batch, index, outputs.images[index], mean), weights);
        }),
      );
      const judges = branches.map(({ discriminator }) => discriminator);
      const loss = generatorLoss(judges, outputs, weights);
      // The tensors are gone once this function has returned.
      losses = { discriminators, generator: generatorNumbers(loss) };
      return loss.total;
    }, [...generatorVariables.values()]);
    generatorOptimizer.applyGradients(grads);
  });
  if (losses === undefined) throw new Error('The training step did not run.');
  return losses;
}

function discriminatorStep(
  { discriminator, variables, optimizer }: Branch,
  batch: BranchBatch,
  weights: GeneratorLossWeights,
): DiscriminatorLoss<number> {
  let losses: DiscriminatorLoss<number> | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const loss = discriminatorLoss(judgeBranch(discriminator, batch), weights);
    losses = discriminatorNumbers(loss);
    return loss.total;
  }, [...variables.values()]);
  optimizer.applyGradients(grads);
  // Not left to the step's end: those of all branches together are as large as the discriminators.
  tf.dispose([value, grads]);
  if (losses === undefined) throw new Error('The step of a discriminator did not run.');
  return losses;
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
  { generator, branches }: StackganPlusPlusStepOptions,
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
    const wanted = branches.map(
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
