import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import { type MatchingLoss, sameClassPairs } from '../../encoders/damsm/damsm-loss.js';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import { kullbackLeibler } from '../../losses/kullback-leibler.js';
import type { Adam } from '../../optimizers/adam.js';
import { descend } from '../../optimizers/descend.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { ConditionalDiscriminator } from '../discriminator.js';
import type { TrainedDiscriminator } from '../trained-discriminator.js';
import { discriminatorLoss, type JudgedBatch, judgeInTraining } from './discriminator-loss.js';
import { type AttnganGenerator, type AttnganInputs, runGenerator } from './generator.js';
import { type GeneratorLoss, generatorLoss, type SimilarityOptions } from './generator-loss.js';

/** One mini-batch, at least two rows. */
export interface AttnganBatch extends AttnganInputs {
  /** `[batch, size, size, 3]` in [-1, 1], one tensor for each picture of the generator, smallest first. */
  images: readonly tf.Tensor4D[];
  /** Class of each picture: others of its class are no wrong answers. Undefined where classes are unknown. */
  classIds?: readonly number[] | undefined;
}

export interface AttnganStepOptions {
  generator: AttnganGenerator;
  generatorVariables: NamedVariables;
  generatorOptimizer: Adam;
  /** One for each picture of the generator, smallest first. */
  discriminators: readonly TrainedDiscriminator<ConditionalDiscriminator>[];
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
  const { generator, generatorVariables, generatorOptimizer, discriminators, adversarial } = options;
  const judges = discriminators.map(({ discriminator }) => discriminator);
  return descend(generatorVariables, generatorOptimizer, () => {
    const drawn = runGenerator(generator, batch, { training: true });
    const judged = suspendTape(() =>
      discriminators.map((trained, index) =>
        discriminatorStep(trained, judgedBatch(batch, drawn.images, index), adversarial),
      ),
    );
    const sameClass = batch.classIds === undefined ? undefined : sameClassPairs(batch.classIds);
    const lossOptions = { discriminators: judges, adversarial, similarity: options.similarity };
    const loss = generatorLoss(lossOptions, drawn.images, batch, sameClass);
    const kl = kullbackLeibler(drawn.mean, drawn.logVariance);
    const total = loss.total.add(kl.mul(options.klWeight)) as tf.Scalar;
    return { loss: total, report: { discriminators: judged, ...generatorReport(loss, kl, total) } };
  });
}

function discriminatorStep(
  { discriminator, variables, optimizer }: TrainedDiscriminator<ConditionalDiscriminator>,
  batch: JudgedBatch,
  adversarial: AdversarialLoss,
): DiscriminatorReport {
  return descend(variables, optimizer, () => {
    const loss = discriminatorLoss(judgeInTraining(discriminator, batch), adversarial);
    const report = {
      realConditional: numberOf(loss.realConditional),
      fakeConditional: numberOf(loss.fakeConditional),
      wrongConditional: numberOf(loss.wrongConditional),
      realUnconditional: numberOf(loss.realUnconditional),
      fakeUnconditional: numberOf(loss.fakeUnconditional),
      total: numberOf(loss.total),
    };
    return { loss: loss.total, report };
  });
}

function judgedBatch(
  { images, sentences }: AttnganBatch,
  drawn: readonly tf.Tensor4D[],
  index: number,
): JudgedBatch {
  const [reals, fakes] = [images[index], drawn[index]];
  if (reals === undefined || fakes === undefined) throw new RangeError(`There is no picture ${index}.`);
  return { reals, fakes, sentences };
}

function generatorReport(
  { adversarial, similarity }: GeneratorLoss,
  kl: tf.Scalar,
  total: tf.Scalar,
): Omit<AttnganLosses, 'discriminators'> {
  const sum = (loss: MatchingLoss | undefined) => numberOf(loss?.imageToText) + numberOf(loss?.textToImage);
  return {
    generator: adversarial.map(({ conditional, unconditional }) => ({
      conditional: numberOf(conditional),
      unconditional: numberOf(unconditional),
    })),
    similarity: { words: sum(similarity?.words), sentences: sum(similarity?.sentences) },
    kl: numberOf(kl),
    generatorTotal: numberOf(total),
  };
}

function checkBatch(
  { discriminators }: AttnganStepOptions,
  { sentences, images, classIds }: AttnganBatch,
): void {
  const [batch] = sentences.shape;
  const refuse = (expected: string, received: string) => {
    throw new WordbrushError('INVALID_OPTION', `Expected ${expected}, received ${received}.`);
  };
  if (batch < 2) refuse('a batch of at least 2 rows', `${batch}`);
  if (images.length !== discriminators.length) {
    refuse(`pictures of ${discriminators.length} sizes, one for each discriminator`, `${images.length}`);
  }
  const rows = images.map(({ shape }) => shape[0] ?? 0);
  if (classIds !== undefined) rows.push(classIds.length);
  if (rows.some((count) => count !== batch))
    refuse(`${batch} pictures of each size, and classes`, rows.join(', '));
}

function numberOf(scalar: tf.Scalar | undefined): number {
  return scalar === undefined ? 0 : (scalar.dataSync()[0] ?? Number.NaN);
}
