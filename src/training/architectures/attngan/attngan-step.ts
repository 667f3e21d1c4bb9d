import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { drawShiftAndCut, type ShiftAndCutOptions, scaledTo } from '../../augmentation/shift-and-cut.js';
import { suspendTape } from '../../backend/suspend-tape.js';
import { requirePairs, requireShape } from '../../batch-checks.js';
import { type RetrievalLoss, sameClassPairs } from '../../encoders/damsm/damsm-loss.js';
import { accuracies } from '../../losses/accuracy.js';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import { kullbackLeibler } from '../../losses/kullback-leibler.js';
import { lossNumbers, namedByScale, type ScaleLosses, sumOverScales } from '../../losses/loss-numbers.js';
import { reconstructionLoss } from '../../losses/reconstruction.js';
import { withWeighted } from '../../losses/with-weighted.js';
import type { Adam } from '../../optimizers/adam.js';
import { descend } from '../../optimizers/descend.js';
import type { NamedVariables } from '../../weights/named-variables.js';
import type { AdversarialLossNumbers } from '../adversarial-trainer.js';
import type { ConditionalDiscriminator } from '../discriminator.js';
import { realPenalty } from '../real-penalty.js';
import { judgePairs, type MatchingBatch, matchingLoss } from '../text-matching.js';
import type { TrainedDiscriminator } from '../trained-networks.js';
import {
  type AttnganGenerator,
  type AttnganInputs,
  type AttnganSentenceInputs,
  runGenerator,
} from './generator.js';
import { type GeneratorLoss, generatorLoss, type SimilarityOptions } from './generator-loss.js';

/** One mini-batch, at least two rows. The text has words where the generator or DAMSM reads them. */
export type AttnganBatch = (AttnganInputs | AttnganSentenceInputs) & {
  /** `[batch, size, size, 3]` in [-1, 1], one tensor for each picture of the generator, smallest first. */
  images: readonly tf.Tensor4D[];
  /** Class of each picture: others of its class are no wrong answers. Undefined where classes are unknown. */
  classIds?: readonly number[] | undefined;
};

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
  /** Of all that discriminators see; sizes for pictures of 64 pixels. None in the official code. */
  augmentation: ShiftAndCutOptions;
  /** What the penalty on real pictures is multiplied by in this step, see `realPenalty`. @default 0, none */
  penaltyWeight?: number;
  /** What the distance from the caption's own picture is multiplied by, see `reconstructionLoss`. @default 0, none */
  reconstructionWeight?: number;
}

/**
 * Of each discriminator, by its pictures' side, 64 for one: what it minimises, `discriminator64`; its terms of real,
 * wrong and fake pairs and of pictures alone, `real64`, `wrong64`, `fake64`, `realAlone64`, `fakeAlone64`; and how far it
 * is from taking the fakes for real, `generator64`, `generatorAlone64`; and the shares of pairs that it takes for what they
 * are, `accuracyReal64`, `accuracyFake64`, `accuracyWrong64`; in steps that take it the mean squared length of the gradient
 * at real pictures, `penalty64`. `words` is L1w + L2w and `sentences` L1s + L2s of
 * DAMSM, not yet multiplied by lambda; `reconstruction` is the distance from the captions' own pictures. Terms that a model does not have are left out.
 */
export type AttnganLosses = AdversarialLossNumbers & {
  kl: number;
  /** What the generator minimises. */
  generatorTotal: number;
};

/**
 * One training step of AttnGAN: every discriminator moves on the fakes of its size, then the generator moves on the
 * same fakes. The generator's forward pass runs once.
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of fewer than two rows (batch normalisation would leave nothing
 * of a single vector, and there is no wrong pair), or one that does not fit the model.
 */
export function attnganStep(
  options: AttnganStepOptions,
  batch: AttnganBatch,
  random: RandomStream,
): AttnganLosses {
  checkBatch(options, batch);
  const { generator, generatorVariables, generatorOptimizer, discriminators, adversarial } = options;
  const { penaltyWeight = 0, reconstructionWeight = 0 } = options;
  const judges = discriminators.map(({ discriminator }) => discriminator);
  const augment = (images: tf.Tensor4D) => {
    const [count, side] = images.shape;
    return drawShiftAndCut(count, side, scaledTo(side, options.augmentation), random)(images);
  };
  const augmented = ({ reals, fakes, ...rest }: MatchingBatch) => ({
    ...rest,
    reals: augment(reals),
    fakes: augment(fakes),
  });
  return descend(generatorVariables, generatorOptimizer, () => {
    const drawn = runGenerator(generator, batch, { training: true });
    const judged = suspendTape(() =>
      discriminators.map((trained, index) =>
        discriminatorStep(
          trained,
          augmented(matchingBatch(batch, drawn.images, index)),
          adversarial,
          penaltyWeight,
        ),
      ),
    );
    const sameClass = batch.classIds === undefined ? undefined : sameClassPairs(batch.classIds);
    const lossOptions = { discriminators: judges, adversarial, similarity: options.similarity, augment };
    const loss = generatorLoss(lossOptions, drawn.images, batch, sameClass);
    const kl = kullbackLeibler(drawn.mean, drawn.logVariance);
    const reconstruction =
      reconstructionWeight > 0 ? reconstructionLoss(drawn.images, batch.images) : undefined;
    const adversarialTotal = loss.total.add<tf.Scalar>(kl.mul(options.klWeight));
    const generatorTotal = withWeighted(adversarialTotal, reconstruction, reconstructionWeight);
    const taken = generatorScales(loss, drawn.images);
    const report = {
      discriminator: sumOverScales(judged, 'discriminator'),
      generator: sumOverScales(taken, 'generator') + sumOverScales(taken, 'generatorAlone'),
      ...lossNumbers({ kl, generatorTotal }),
      ...lossNumbers({ reconstruction }),
      ...lossNumbers(similarityTerms(loss)),
      ...namedByScale([...judged, ...taken]),
    };
    return { loss: generatorTotal, report };
  });
}

function discriminatorStep(
  { discriminator, variables, optimizer }: TrainedDiscriminator<ConditionalDiscriminator>,
  batch: MatchingBatch,
  adversarial: AdversarialLoss,
  penaltyWeight: number,
): ScaleLosses {
  return descend(variables, optimizer, () => {
    const logits = judgePairs(discriminator, batch, 'fakeFirst');
    const { total: matching, terms } = matchingLoss(logits, adversarial, 'mean');
    const penalty = penaltyWeight > 0 ? realPenalty(discriminator, batch.reals, batch.conditions) : undefined;
    const total = withWeighted(matching, penalty, penaltyWeight);
    const losses = lossNumbers({ discriminator: total, ...terms, ...accuracies(logits), penalty });
    return { loss: total, report: { side: batch.reals.shape[1], losses } };
  });
}

/** Pictures of one size with their sentences: the wrong pairs are shifted ones. */
function matchingBatch(
  { images, sentences }: AttnganBatch,
  drawn: readonly tf.Tensor4D[],
  index: number,
): MatchingBatch {
  const [reals, fakes] = [images[index], drawn[index]];
  if (reals === undefined || fakes === undefined) throw new RangeError(`There is no picture ${index}.`);
  return { reals, fakes, conditions: sentences };
}

/** How far each discriminator is from taking the fakes for real. */
function generatorScales({ adversarial }: GeneratorLoss, drawn: readonly tf.Tensor4D[]): ScaleLosses[] {
  return adversarial.map(({ terms }, index) => ({
    side: drawn[index]?.shape[1] ?? 0,
    losses: lossNumbers({ generator: terms.fake, generatorAlone: terms.fakeAlone }),
  }));
}

function similarityTerms({ similarity }: GeneratorLoss): Record<string, tf.Scalar> {
  if (similarity === undefined) return {};
  const sum = ({ imageToText, textToImage }: RetrievalLoss) => imageToText.add<tf.Scalar>(textToImage);
  return { words: sum(similarity.words), sentences: sum(similarity.sentences) };
}

function checkBatch(
  { discriminators }: AttnganStepOptions,
  { sentences, images, classIds }: AttnganBatch,
): void {
  const [batch] = sentences.shape;
  requirePairs(batch);
  if (images.length !== discriminators.length) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected pictures of ${discriminators.length} sizes, one for each discriminator, received ${images.length}.`,
      { details: { expected: discriminators.length, received: images.length } },
    );
  }
  for (const [index, { discriminator }] of discriminators.entries()) {
    const [, ...picture] = discriminator.backbone.inputs[0]?.shape ?? [];
    requireShape(`images[${index}]`, images[index] ?? { shape: [] }, [batch, ...picture]);
  }
  if (classIds !== undefined) requireShape('classIds', { shape: [classIds.length] }, [batch]);
}
