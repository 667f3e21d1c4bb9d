import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import { sameClassPairs } from '../../encoders/damsm/damsm-loss.js';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import { kullbackLeibler } from '../../losses/kullback-leibler.js';
import type { Adam } from '../../optimizers/adam.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { ConditionalDiscriminator } from '../discriminator.js';
import { discriminatorLoss, type JudgedBatch, judgeInTraining } from './discriminator-loss.js';
import { type AttnganGenerator, type AttnganInputs, runGenerator } from './generator.js';
import { generatorLoss, type SimilarityOptions } from './generator-loss.js';

/** One mini-batch, at least two rows. */
export interface AttnganBatch extends AttnganInputs {
  /** `[batch, size, size, 3]` in [-1, 1], one tensor for each picture of the generator, smallest first. */
  images: readonly tf.Tensor4D[];
  /** Class of each picture: others of its class are no wrong answers. Undefined where classes are unknown. */
  classIds?: readonly number[] | undefined;
}

/** A discriminator and what moves it. */
export interface TrainedDiscriminator {
  discriminator: ConditionalDiscriminator;
  variables: NamedVariables;
  optimizer: Adam;
}

export interface AttnganStepOptions {
  generator: AttnganGenerator;
  generatorVariables: NamedVariables;
  generatorOptimizer: Adam;
  /** One for each picture of the generator, smallest first. */
  discriminators: readonly TrainedDiscriminator[];
  adversarial: AdversarialLoss;
  /** Weight of the conditioning augmentation's divergence; 1 in the official code. */
  klWeight: number;
  similarity: SimilarityOptions | undefined;
}

/** Means over the batch. Terms that a model does not have are 0. */
export interface AttnganLosses {
  /** By discriminator, smallest picture first. */
  discriminators: DiscriminatorReport[];
  /** By discriminator: how far its heads are from taking the fakes for real. */
  generator: { conditional: number; unconditional: number }[];
  /** L1w + L2w, and L1s + L2s, not yet multiplied by lambda. */
  similarity: { words: number; sentences: number };
  kl: number;
  /** What the generator minimises. */
  generatorTotal: number;
}

export interface DiscriminatorReport {
  realConditional: number;
  fakeConditional: number;
  wrongConditional: number;
  realUnconditional: number;
  fakeUnconditional: number;
  total: number;
}

/**
 * One training step of AttnGAN: every discriminator moves on the fakes of its size, then the generator moves on the
 * same fakes. The generator's forward pass runs once.
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of fewer than two rows (batch normalisation would leave nothing
 * of a single vector, and there is no wrong pair), or one that does not fit the model.
 */
export function attnganStep(options: AttnganStepOptions, batch: AttnganBatch): AttnganLosses {
  checkBatch(options, batch);
  const { generatorVariables, generatorOptimizer } = options;
  let losses: AttnganLosses | undefined;
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const drawn = runGenerator(options.generator, batch, { training: true });
      const discriminators = suspendTape(() =>
        options.discriminators.map((judge, index) => {
          const [reals, fakes] = [batch.images[index], drawn.images[index]];
          if (reals === undefined || fakes === undefined) throw new RangeError(`No pictures at ${index}.`);
          return discriminatorStep(judge, { reals, fakes, sentences: batch.sentences }, options.adversarial);
        }),
      );
      const loss = generatorLoss(
        {
          discriminators: options.discriminators.map(({ discriminator }) => discriminator),
          adversarial: options.adversarial,
          similarity: options.similarity,
        },
        drawn.images,
        batch,
        batch.classIds === undefined ? undefined : sameClassPairs(batch.classIds),
      );
      const kl = kullbackLeibler(drawn.mean, drawn.logVariance);
      const total = loss.total.add(kl.mul(options.klWeight)) as tf.Scalar;
      losses = {
        discriminators,
        generator: loss.adversarial.map(({ conditional, unconditional }) => ({
          conditional: numberOf(conditional),
          unconditional: numberOf(unconditional),
        })),
        similarity: {
          words: numberOf(loss.similarity?.words.imageToText) + numberOf(loss.similarity?.words.textToImage),
          sentences:
            numberOf(loss.similarity?.sentences.imageToText) +
            numberOf(loss.similarity?.sentences.textToImage),
        },
        kl: numberOf(kl),
        generatorTotal: numberOf(total),
      };
      return total;
    }, [...generatorVariables.values()]);
    generatorOptimizer.applyGradients(grads);
  });
  if (losses === undefined) throw new Error('The training step did not run.');
  return losses;
}

function discriminatorStep(
  { discriminator, variables, optimizer }: TrainedDiscriminator,
  batch: JudgedBatch,
  adversarial: AdversarialLoss,
): DiscriminatorReport {
  let report: DiscriminatorReport | undefined;
  const { value, grads } = tf.variableGrads(() => {
    const loss = discriminatorLoss(judgeInTraining(discriminator, batch), adversarial);
    report = {
      realConditional: numberOf(loss.realConditional),
      fakeConditional: numberOf(loss.fakeConditional),
      wrongConditional: numberOf(loss.wrongConditional),
      realUnconditional: numberOf(loss.realUnconditional),
      fakeUnconditional: numberOf(loss.fakeUnconditional),
      total: numberOf(loss.total),
    };
    return loss.total;
  }, [...variables.values()]);
  optimizer.applyGradients(grads);
  // Not left to the step's end: those of all discriminators together are as large as these.
  tf.dispose([value, grads]);
  if (report === undefined) throw new Error('The discriminator was not judged.');
  return report;
}

function checkBatch(
  { discriminators }: AttnganStepOptions,
  { sentences, words, lengths, z, eps, images, classIds }: AttnganBatch,
): void {
  const [batch] = sentences.shape;
  const refuse = (expected: string, received: string) => {
    throw new WordbrushError('INVALID_OPTION', `Expected ${expected}, received ${received}.`);
  };
  if (batch < 2) refuse('a batch of at least 2 rows', `${batch}`);
  if (images.length !== discriminators.length) {
    refuse(`pictures of ${discriminators.length} sizes, one for each discriminator`, `${images.length}`);
  }
  const rows = [words, lengths, z, eps, ...images].map(({ shape }) => shape[0] ?? 0);
  if (classIds !== undefined) rows.push(classIds.length);
  if (rows.some((count) => count !== batch)) refuse(`${batch} rows everywhere`, rows.join(', '));
}

function numberOf(scalar: tf.Scalar | undefined): number {
  return scalar === undefined ? 0 : (scalar.dataSync()[0] ?? Number.NaN);
}
