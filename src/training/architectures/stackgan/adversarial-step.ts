import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { drawShiftAndCut, type ShiftAndCutOptions } from '../../augmentation/shift-and-cut.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import { requirePairs, requireShape } from '../../batch-checks.js';
import { ofRank, outputsOf } from '../../layers/model-outputs.js';
import { accuracies } from '../../losses/accuracy.js';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import { kullbackLeibler } from '../../losses/kullback-leibler.js';
import { lossNumbers } from '../../losses/loss-numbers.js';
import { reconstructionLoss } from '../../losses/reconstruction.js';
import { withWeighted } from '../../losses/with-weighted.js';
import type { Adam } from '../../optimizers/adam.js';
import { descend } from '../../optimizers/descend.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { ConditionalDiscriminator } from '../discriminator.js';
import { realPenalty } from '../real-penalty.js';
import { fakeLoss, type HeadCombination, judgeFakes, judgePairs, matchingLoss } from '../text-matching.js';

/** One mini-batch of a stage; all tensors `[batch, ...]`. */
export interface AdversarialBatch {
  /** Real pictures `[batch, side, side, 3]` in [-1, 1]. */
  images: tf.Tensor4D;
  /** Real pictures that the sentences do not describe; without them pairs are shifted by one. */
  wrongImages?: tf.Tensor4D | undefined;
  /** `[batch, sentenceDim]`, row i describing image i. */
  sentences: tf.Tensor2D;
  /** What the generator reads, in the order of its inputs. */
  generatorInputs: tf.Tensor[];
}

export interface AdversarialStepOptions {
  /** Gives image, mean and log variance. */
  generator: tf.LayersModel;
  discriminator: ConditionalDiscriminator;
  generatorVariables: NamedVariables;
  discriminatorVariables: NamedVariables;
  generatorOptimizer: Adam;
  discriminatorOptimizer: Adam;
  adversarial: AdversarialLoss;
  headCombination: HeadCombination;
  klWeight: number;
  /** What the conditional head sees: the augmentation's mean (official PyTorch code) or the sentence vector. */
  discriminatorCondition: 'mean' | 'sentence';
  augmentation: ShiftAndCutOptions;
  /** What the penalty on real pictures is multiplied by in this step, see `realPenalty`. @default 0, none */
  penaltyWeight?: number;
  /** What the distance from the caption's own picture is multiplied by, see `reconstructionLoss`. @default 0, none */
  reconstructionWeight?: number;
}

/** Means over the batch. */
export type AdversarialLosses = {
  readonly discriminator: number;
  /** The adversarial loss alone, without the divergence. */
  readonly generator: number;
  readonly kl: number;
  /** Mean logits: how sure the discriminator is of real pictures, of fakes, and of real ones with a wrong text. */
  readonly real: number;
  readonly fake: number;
  readonly wrong: number;
  /** Shares of the pairs that the discriminator takes for what they are, 0 to 1. */
  readonly accuracyReal: number;
  readonly accuracyFake: number;
  readonly accuracyWrong: number;
  /** Mean squared length of the gradient at real pictures, in steps that take it. */
  readonly penalty?: number;
  /** Distance from the captions' own pictures, where it has a weight. */
  readonly reconstruction?: number;
};

/**
 * One training step of either stage (StackGAN, equations 3 to 6): the discriminator moves on the fakes, then the
 * generator moves on the same fakes. The generator's forward pass runs once. (The official TensorFlow code draws new
 * noise for the generator's move.)
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of one or of unequal sizes; nothing has moved then.
 */
export function adversarialStep(
  options: AdversarialStepOptions,
  batch: AdversarialBatch,
  random: RandomStream,
): AdversarialLosses {
  checkStageBatch(options, batch);
  const { sentences, generatorInputs } = batch;
  const { generator, discriminator, generatorVariables, generatorOptimizer, klWeight } = options;
  const { reconstructionWeight = 0 } = options;
  return descend(generatorVariables, generatorOptimizer, () => {
    const { fakes, mean, logVariance } = drawInTraining(generator, generatorInputs);
    // The condition reaches the discriminator without a gradient, as in the official code.
    const conditions =
      options.discriminatorCondition === 'mean' ? suspendTape(() => mean.clone()) : sentences;
    const judged = suspendTape(() => discriminatorStep(options, batch, fakes, conditions, random));
    const augment = drawShiftAndCut(fakes.shape[0], fakes.shape[1], options.augmentation, random);
    const logits = judgeFakes(discriminator, augment(fakes), conditions);
    const adversarial = fakeLoss(logits, options.adversarial).total;
    const kl = kullbackLeibler(mean, logVariance);
    const reconstruction = reconstructionWeight > 0 ? reconstructionLoss([fakes], [batch.images]) : undefined;
    const diverging = adversarial.add<tf.Scalar>(kl.mul(klWeight));
    const loss = withWeighted(diverging, reconstruction, reconstructionWeight);
    return {
      loss,
      report: {
        ...judged,
        ...lossNumbers({ generator: adversarial, kl }),
        ...lossNumbers({ reconstruction }),
      },
    };
  });
}

/** The parts of a batch that are checked before anything moves. */
type CheckedBatch = Pick<AdversarialBatch, 'images' | 'wrongImages' | 'sentences'>;

/**
 * Pictures of the discriminator's size, and as many sentences.
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of one, or one that does not fit the networks or itself.
 */
export function checkStageBatch(
  { generator, discriminator }: Pick<AdversarialStepOptions, 'generator' | 'discriminator'>,
  { images, wrongImages, sentences, generatorInputs = [] }: CheckedBatch & { generatorInputs?: tf.Tensor[] },
): void {
  const [rows] = sentences.shape;
  requirePairs(rows);
  const picture = discriminator.backbone.inputs[0]?.shape.slice(1) ?? [];
  requireShape('images', images, [rows, ...picture]);
  if (wrongImages !== undefined) requireShape('wrongImages', wrongImages, [rows, ...picture]);
  for (const [index, input] of generatorInputs.entries()) {
    const name = generator.inputNames[index] ?? `input ${index}`;
    requireShape(name, input, [rows, ...(generator.inputs[index]?.shape.slice(1) ?? [])]);
  }
}

/** The generator's picture, and mean and log variance of its conditioning augmentation, in a training pass. */
function drawInTraining(generator: tf.LayersModel, inputs: tf.Tensor[]) {
  const [fakes, mean, logVariance] = outputsOf(generator, inputs, { training: true });
  if (fakes === undefined || mean === undefined || logVariance === undefined) {
    throw new TypeError(`Expected ${generator.name} to give picture, mean and log variance.`);
  }
  return { fakes: ofRank(fakes, 4), mean: ofRank(mean, 2), logVariance: ofRank(logVariance, 2) };
}

/** Moves the discriminator; gives its loss and the mean logits of real, fake and wrong pairs. */
function discriminatorStep(
  options: AdversarialStepOptions,
  { images, wrongImages }: AdversarialBatch,
  fakes: tf.Tensor4D,
  conditions: tf.Tensor2D,
  random: RandomStream,
): Omit<AdversarialLosses, 'generator' | 'kl'> {
  const { discriminator, discriminatorVariables, discriminatorOptimizer, penaltyWeight = 0 } = options;
  const drawn = () => drawShiftAndCut(images.shape[0], images.shape[1], options.augmentation, random);
  const [augmentReals, augmentFakes] = [drawn(), drawn()];
  return descend(discriminatorVariables, discriminatorOptimizer, () => {
    const reals = augmentReals(images);
    const logits = judgePairs(discriminator, {
      reals,
      fakes: augmentFakes(fakes),
      conditions,
      wrongs: wrongImages === undefined ? undefined : augmentReals(wrongImages),
    });
    const { total: matching } = matchingLoss(logits, options.adversarial, options.headCombination);
    const penalty = penaltyWeight > 0 ? realPenalty(discriminator, reals, conditions) : undefined;
    const total = withWeighted(matching, penalty, penaltyWeight);
    const report = lossNumbers({
      discriminator: total,
      real: logits.real.mean(),
      fake: logits.fake.mean(),
      wrong: logits.wrong.mean(),
      ...accuracies(logits),
    });
    return { loss: total, report: { ...report, ...lossNumbers({ penalty }) } };
  });
}
