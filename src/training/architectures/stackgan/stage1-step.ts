import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { drawShiftAndCut, type ShiftAndCutOptions } from '../../augmentation/shift-and-cut.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import { kullbackLeibler } from '../../losses/kullback-leibler.js';
import type { Adam } from '../../optimizers/adam.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { ConditionalDiscriminator } from '../discriminator.js';
import type { Stage1Generator } from './stage1-generator.js';

/** One mini-batch; all tensors `[batch, ...]`. */
export interface Stage1Batch {
  /** `[batch, 64, 64, 3]` in [-1, 1] */
  images: tf.Tensor4D;
  /** `[batch, sentenceDim]`, row i describing image i. */
  sentences: tf.Tensor2D;
  /** `[batch, zDim]`, standard normal. */
  z: tf.Tensor2D;
  /** `[batch, conditionDim]`, standard normal. */
  eps: tf.Tensor2D;
}

export interface Stage1StepOptions {
  generator: Stage1Generator;
  discriminator: ConditionalDiscriminator;
  generatorVariables: NamedVariables;
  discriminatorVariables: NamedVariables;
  generatorOptimizer: Adam;
  discriminatorOptimizer: Adam;
  adversarial: AdversarialLoss;
  klWeight: number;
  /** What the conditional head sees: the augmentation's mean (official PyTorch code) or the sentence vector. */
  discriminatorCondition: 'mean' | 'sentence';
  augmentation: ShiftAndCutOptions;
}

/** Means over the batch. */
export interface Stage1Losses {
  discriminator: number;
  generator: number;
  kl: number;
  /** Mean logits: how sure the discriminator is of real pictures, of fakes, and of real ones with a wrong text. */
  real: number;
  fake: number;
  wrong: number;
}

/**
 * One training step of Stage-I (StackGAN, equations 3 and 4): the discriminator moves on the fakes, then the
 * generator moves on the same fakes. The generator's forward pass runs once.
 */
export function stage1Step(
  options: Stage1StepOptions,
  batch: Stage1Batch,
  random: RandomStream,
): Stage1Losses {
  const { generator, generatorVariables, generatorOptimizer } = options;
  let losses: Stage1Losses | undefined;
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const inputs = [batch.sentences, batch.z, batch.eps];
      const [fakes, mean, logVariance] = generator.model.apply(inputs, { training: true }) as [
        tf.Tensor4D,
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      // The condition reaches the discriminator without a gradient, as in the official code.
      const conditions =
        options.discriminatorCondition === 'mean' ? suspendTape(() => mean.clone()) : batch.sentences;
      const judged = suspendTape(() => discriminatorStep(options, batch.images, fakes, conditions, random));
      const adversarial = generatorLoss(options, fakes, conditions, random);
      const kl = kullbackLeibler(mean, logVariance);
      losses = { ...judged, generator: scalarOf(adversarial), kl: scalarOf(kl) };
      return adversarial.add(kl.mul(options.klWeight)) as tf.Scalar;
    }, [...generatorVariables.values()]);
    generatorOptimizer.applyGradients(grads);
  });
  if (losses === undefined) throw new Error('The training step did not run.');
  return losses;
}

/** Moves the discriminator; gives its loss and the mean logits of real, fake and wrong pairs. */
function discriminatorStep(
  options: Stage1StepOptions,
  reals: tf.Tensor4D,
  fakes: tf.Tensor4D,
  conditions: tf.Tensor2D,
  random: RandomStream,
): Omit<Stage1Losses, 'generator' | 'kl'> {
  const { discriminator, discriminatorVariables, discriminatorOptimizer, adversarial } = options;
  const { backbone, conditionalHead, unconditionalHead } = discriminator;
  const [batch, side] = reals.shape;
  const augmentReals = drawShiftAndCut(batch, side, options.augmentation, random);
  const augmentFakes = drawShiftAndCut(batch, side, options.augmentation, random);
  const together = !options.discriminator.usesBatchStatistics;
  let means = { real: Number.NaN, fake: Number.NaN, wrong: Number.NaN };
  const { value, grads } = tf.variableGrads(() => {
    const images = [[augmentReals(reals)], [augmentFakes(fakes)]] as const;
    const [realFeatures, fakeFeatures] = applyInTraining(backbone, images, together);
    // Wrong pairs: picture i with the text of picture i + 1, so one pair fewer than pictures.
    const wrongPairs = [realFeatures.slice(0, batch - 1), conditions.slice(1, batch - 1)];
    const pairs = [[realFeatures, conditions], wrongPairs, [fakeFeatures, conditions]] as const;
    const [real, wrong, fake] = applyInTraining(conditionalHead, pairs, together);
    means = { real: scalarOf(real.mean()), fake: scalarOf(fake.mean()), wrong: scalarOf(wrong.mean()) };
    const mistakes = adversarial.fake(wrong).add(adversarial.fake(fake)).mul(0.5);
    const conditional = adversarial.real(real).add(mistakes) as tf.Scalar;
    if (unconditionalHead === undefined) return conditional;
    const features = [[realFeatures], [fakeFeatures]] as const;
    const [realAlone, fakeAlone] = applyInTraining(unconditionalHead, features, together);
    return conditional.add(adversarial.real(realAlone)).add(adversarial.fake(fakeAlone)) as tf.Scalar;
  }, [...discriminatorVariables.values()]);
  discriminatorOptimizer.applyGradients(grads);
  return { discriminator: scalarOf(value), ...means };
}

function generatorLoss(
  options: Stage1StepOptions,
  fakes: tf.Tensor4D,
  conditions: tf.Tensor2D,
  random: RandomStream,
): tf.Scalar {
  const { backbone, conditionalHead, unconditionalHead } = options.discriminator;
  const augment = drawShiftAndCut(fakes.shape[0], fakes.shape[1], options.augmentation, random);
  const training = { training: true };
  const features = backbone.apply(augment(fakes), training) as tf.Tensor;
  const fitting = options.adversarial.generator(
    conditionalHead.apply([features, conditions], training) as tf.Tensor,
  );
  if (unconditionalHead === undefined) return fitting;
  const alone = options.adversarial.generator(unconditionalHead.apply(features, training) as tf.Tensor);
  return fitting.add(alone) as tf.Scalar;
}

/**
 * Training passes of a model over several batches, each a list of input tensors. With batch normalisation a batch is
 * normalised by itself, as in the official code; without, one pass over all of them gives the same and is faster.
 */
function applyInTraining<Batches extends readonly (readonly tf.Tensor[])[]>(
  model: tf.LayersModel,
  batches: Batches,
  together: boolean,
): { -readonly [Index in keyof Batches]: tf.Tensor } {
  const apply = (inputs: tf.Tensor[]) => model.apply(inputs, { training: true }) as tf.Tensor;
  const outputs = together ? applyToAll(apply, batches) : batches.map((inputs) => apply([...inputs]));
  return outputs as { -readonly [Index in keyof Batches]: tf.Tensor };
}

function applyToAll(
  apply: (inputs: tf.Tensor[]) => tf.Tensor,
  batches: readonly (readonly tf.Tensor[])[],
): tf.Tensor[] {
  const [first = []] = batches;
  const inputs = first.map((_, index) => tf.concat(batches.map((batch) => batch[index] as tf.Tensor)));
  const sizes = batches.map(([input]) => input?.shape[0] ?? 0);
  return tf.split(apply(inputs), sizes);
}

function scalarOf(tensor: tf.Tensor): number {
  return tensor.dataSync()[0] ?? Number.NaN;
}
