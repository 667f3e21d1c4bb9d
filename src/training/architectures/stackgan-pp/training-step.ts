import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import {
  type Augmentation,
  drawShiftAndCut,
  type ShiftAndCutOptions,
  scaledTo,
} from '../../augmentation/shift-and-cut.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import { requirePairs, requireShape } from '../../batch-checks.js';
import { accuracies } from '../../losses/accuracy.js';
import { lossNumbers, namedByScale, type ScaleLosses, sumOverScales } from '../../losses/loss-numbers.js';
import { reconstructionLoss } from '../../losses/reconstruction.js';
import { withWeighted } from '../../losses/with-weighted.js';
import type { Adam } from '../../optimizers/adam.js';
import { descend } from '../../optimizers/descend.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { AdversarialLossNumbers } from '../adversarial-trainer.js';
import type { Judgement } from '../judgement.js';
import { realPenalty } from '../real-penalty.js';
import type { TrainedDiscriminator } from '../trained-networks.js';
import { type BranchBatch, discriminatorLoss, judgeBranch } from './discriminator-loss.js';
import { applyGenerator, type GeneratorOutputs, type StackganPlusPlusGenerator } from './generator.js';
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
  /** Of pictures of 64 pixels; larger ones are shifted and cut by the same share. */
  augmentation: ShiftAndCutOptions;
  /** What the penalty on real pictures is multiplied by in this step, see `realPenalty`. @default 0, none */
  penaltyWeight?: number;
  /** What the distance from the caption's own picture is multiplied by, see `reconstructionLoss`. @default 0, none */
  reconstructionWeight?: number;
}

/**
 * Of each branch, by its pictures' side, 64 for one: what its discriminator minimises, `discriminator64`; its terms of
 * real, wrong and fake pictures with their texts and alone, `real64`, `wrong64`, `fake64`, `realAlone64`, `wrongAlone64`,
 * `fakeAlone64`; how far it is from taking the fakes for real, `generator64`, `generatorAlone64`; and how far the colours
 * are from those of the next coarser branch, `colorMean128`, `colorCovariance128`; the shares of pictures that the
 * discriminator takes for what they are, `accuracyReal64`, `accuracyFake64`, `accuracyWrong64`; in steps that take it the
 * mean squared length of the gradient at real pictures, `penalty64`.  With text also `kl`, and `reconstruction`, the distance from the captions' own pictures, where it has a weight. All of them before weighting but
 * for what is minimised; terms that a model does not have are left out.
 */
export type StackganPlusPlusLosses = AdversarialLossNumbers & {
  /** What the generator minimises. */
  generatorTotal: number;
};

/**
 * One training step of StackGAN++: each discriminator moves on the fakes of its scale, then the generator moves on the
 * same fakes. The generator's forward pass runs once.
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of fewer than two pictures (batch normalisation would leave
 * nothing of a single vector), or one that does not fit the model's branches.
 */
export function stackganPlusPlusStep(
  options: StackganPlusPlusStepOptions,
  batch: StackganPlusPlusBatch,
  random: RandomStream,
): StackganPlusPlusLosses {
  const { generator, generatorVariables, generatorOptimizer, discriminators, weights } = options;
  const { penaltyWeight = 0, reconstructionWeight = 0 } = options;
  checkBatch(options, batch);
  const drawn = (side: number) =>
    drawShiftAndCut(batch.z.shape[0], side, scaledTo(side, options.augmentation), random);
  return descend(generatorVariables, generatorOptimizer, () => {
    const outputs = applyGenerator(generator, { z: batch.z, ...batch.text }, { training: true });
    const judged = suspendTape(() =>
      discriminators.map((trained, branch) =>
        discriminatorStep(trained, branchBatch(batch, branch, outputs, drawn), weights, penaltyWeight),
      ),
    );
    const judges = discriminators.map(({ discriminator }) => discriminator);
    const loss = generatorLoss(judges, outputs, weights, (fakes) => drawn(fakes.shape[1])(fakes));
    const reconstruction =
      reconstructionWeight > 0 ? reconstructionLoss(outputs.images, batch.images) : undefined;
    const generatorTotal = withWeighted(loss.total, reconstruction, reconstructionWeight);
    const scales = generatorScales(loss, outputs.images);
    const report = {
      discriminator: sumOverScales(judged, 'discriminator'),
      generator: sumOverScales(scales, 'generator') + sumOverScales(scales, 'generatorAlone'),
      ...lossNumbers({ generatorTotal }),
      ...lossNumbers({ kl: loss.kl, reconstruction }),
      ...namedByScale([...judged, ...scales]),
    };
    return { loss: generatorTotal, report };
  });
}

function discriminatorStep(
  { discriminator, variables, optimizer }: TrainedDiscriminator,
  batch: BranchBatch,
  weights: GeneratorLossWeights,
  penaltyWeight: number,
): ScaleLosses {
  return descend(variables, optimizer, () => {
    const judgements = judgeBranch(discriminator, batch);
    const { total: loss, real, wrong, fake } = discriminatorLoss(judgements, weights);
    const penalty = penaltyWeight > 0 ? realPenalty(discriminator, batch.real, batch.text?.mean) : undefined;
    const total = withWeighted(loss, penalty, penaltyWeight);
    const logitsOf = (judgement: Judgement | undefined) => judgement?.conditional ?? judgement?.unconditional;
    const losses = lossNumbers({
      discriminator: total,
      real: real.conditional,
      wrong: wrong?.conditional,
      fake: fake.conditional,
      realAlone: real.unconditional,
      wrongAlone: wrong?.unconditional,
      fakeAlone: fake.unconditional,
      ...accuracies({
        real: logitsOf(judgements.real),
        wrong: logitsOf(judgements.wrong),
        fake: logitsOf(judgements.fake),
      }),
      penalty,
    });
    return { loss: total, report: { side: batch.real.shape[1], losses } };
  });
}

/** How far each discriminator is from taking the fakes for real, and the colours from the branch before. */
function generatorScales({ branches, colors }: GeneratorLoss, images: readonly tf.Tensor4D[]): ScaleLosses[] {
  return branches.map(({ conditional, unconditional }, branch) => {
    const color = colors[branch - 1];
    const losses = lossNumbers({
      generator: conditional,
      generatorAlone: unconditional,
      colorMean: color?.mean,
      colorCovariance: color?.covariance,
    });
    return { side: images[branch]?.shape[1] ?? 0, losses };
  });
}

/** What the discriminator of a branch sees: real and wrong pictures shifted and cut alike, the fakes in their own way. */
function branchBatch(
  { images, text }: StackganPlusPlusBatch,
  index: number,
  outputs: GeneratorOutputs,
  drawn: (side: number) => Augmentation,
): BranchBatch {
  const [real, wrong, fake] = [images[index], text?.wrongImages[index], outputs.images[index]];
  if (real === undefined || fake === undefined) throw new RangeError(`There is no branch ${index}.`);
  const side = real.shape[1];
  const [augmentReals, augmentFakes] = [drawn(side), drawn(side)];
  const mean = outputs.statistics?.mean;
  return {
    real: augmentReals(real),
    fake: augmentFakes(fake),
    text: wrong === undefined || mean === undefined ? undefined : { wrong: augmentReals(wrong), mean },
  };
}

function checkBatch(
  { generator, discriminators }: StackganPlusPlusStepOptions,
  { images, text, z }: StackganPlusPlusBatch,
): void {
  if (generator.conditional !== (text !== undefined)) {
    const [wanted, received] = generator.conditional ? ['with', 'without'] : ['without', 'with'];
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected a batch ${wanted} text, as the generator, received one ${received}.`,
    );
  }
  const [batch] = z.shape;
  requirePairs(batch);
  for (const [name, pictures] of Object.entries({ images, wrongImages: text?.wrongImages })) {
    if (pictures === undefined) continue;
    for (let branch = 0; branch < Math.max(pictures.length, discriminators.length); branch++) {
      const side = 64 * 2 ** branch;
      const wanted = branch < discriminators.length ? [batch, side, side, 3] : [];
      requireShape(`${name}[${branch}]`, pictures[branch] ?? { shape: [] }, wanted);
    }
  }
}
