import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { ShiftAndCutOptions } from '../../augmentation/shift-and-cut.js';
import { requireSameSize } from '../../batch-checks.js';
import { startLogVariances } from '../../layers/conditioning-augmentation.js';
import { type AdversarialLossName, adversarialLoss } from '../../losses/adversarial.js';
import type { VariableSelection } from '../../weights/named-variables.js';
import { AdversarialTrainer } from '../adversarial-trainer.js';
import { type RealPenaltyOptions, realPenaltyWeight } from '../real-penalty.js';
import { adversarialParts, prepareDiscriminator, prepareGenerator } from '../trained-networks.js';
import {
  type AttnganBatch,
  type AttnganLosses,
  type AttnganStepOptions,
  attnganStep,
} from './attngan-step.js';
import { type AttnganDiscriminatorOptions, buildAttnganDiscriminators } from './discriminators.js';
import {
  type AttnganGenerator,
  type AttnganGeneratorOptions,
  buildAttnganGenerator,
  generatorVariables,
  imageSizes,
} from './generator.js';
import type { SimilarityOptions } from './generator-loss.js';

export interface AttnganTrainerOptions {
  generator: AttnganGeneratorOptions;
  discriminator: AttnganDiscriminatorOptions;
  /** How the frozen DAMSM enters the generator's loss; undefined trains without it. */
  similarity: SimilarityOptions | undefined;
  /** @default 'bce', as in the official code */
  loss?: AdversarialLossName;
  /** @default 1, as in the official code */
  klWeight?: number;
  /** @default 2e-4, as in the official code */
  generatorLearningRate?: number;
  /** @default 2e-4, as in the official code */
  discriminatorLearningRate?: number;
  /** Decay of the moving average of the generator's weights, below 1; 0 keeps none. @default 0.999, as official */
  averageDecay?: number;
  /** Of all that discriminators see; sizes for pictures of 64 pixels. @default none, as in the official code */
  augmentation?: ShiftAndCutOptions;
  /** R1 on real pictures. @default none, as in the official code */
  realPenalty?: RealPenaltyOptions | null;
  /** Weight of the distance from the caption's own picture. @default 0, as in the official code */
  reconstructionWeight?: number;
  /**
   * Where the log variances of the conditioning augmentation start, at most 0. @default 0, as in the official code: the
   * text then starts under as much noise
   */
  initialLogVariance?: number;
}

/** Generator and discriminators of AttnGAN, and what moves them. */
export class AttnganTrainer extends AdversarialTrainer<AttnganBatch, AttnganLosses> {
  readonly generator: AttnganGenerator;
  private readonly stepOptions: AttnganStepOptions;
  private readonly realPenalty: RealPenaltyOptions | null;

  /** @throws {WordbrushError} `INVALID_OPTION` for options that cannot be, or an image encoder of another size. */
  constructor(options: AttnganTrainerOptions, random: RandomStream) {
    requireFittingEncoder(options);
    const { loss = 'bce', klWeight = 1, averageDecay = 0.999, generatorLearningRate = 2e-4 } = options;
    const generator = buildAttnganGenerator(options.generator);
    const weightsOf = (selection: VariableSelection) => generatorVariables(generator, selection);
    const trained = prepareGenerator(weightsOf, generatorLearningRate, random);
    startLogVariances(generator.firstStage, options.initialLogVariance ?? 0);
    const discriminatorRate = options.discriminatorLearningRate ?? 2e-4;
    const discriminators = buildAttnganDiscriminators(options.generator, options.discriminator).map(
      (discriminator) => prepareDiscriminator(discriminator, discriminatorRate, random),
    );
    super(adversarialParts(trained, discriminators, averageDecay));
    this.generator = generator;
    this.stepOptions = {
      generator,
      generatorVariables: trained.variables,
      generatorOptimizer: trained.optimizer,
      discriminators,
      adversarial: adversarialLoss(loss),
      klWeight,
      similarity: options.similarity,
      reconstructionWeight: options.reconstructionWeight ?? 0,
      augmentation: options.augmentation ?? { shiftPixels: 0, cutPixels: 0 },
    };
    this.realPenalty = options.realPenalty ?? null;
  }

  protected override compete(batch: AttnganBatch, random: RandomStream): AttnganLosses {
    const penaltyWeight = realPenaltyWeight(this.realPenalty, this.steps);
    return attnganStep({ ...this.stepOptions, penaltyWeight }, batch, random);
  }
}

/** Looks at one picture, so that an image encoder of another size is refused before anything has moved. */
function requireFittingEncoder({ generator, similarity }: AttnganTrainerOptions): void {
  const side = imageSizes(generator).at(-1);
  if (similarity === undefined || side === undefined) return;
  tf.tidy(() => {
    const { regions, codes } = similarity.encodeImages(tf.zeros([1, side, side, 3]));
    requireSameSize(
      ["the image encoder's regions", regions.shape[3]],
      ["the generator's wordDim", generator.wordDim],
    );
    requireSameSize(
      ["the image encoder's codes", codes.shape[1]],
      ["the generator's sentenceDim", generator.sentenceDim],
    );
  });
}
