import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { ShiftAndCutOptions } from '../../augmentation/shift-and-cut.js';
import { startLogVariances } from '../../layers/conditioning-augmentation.js';
import type { DiscriminatorNormalization } from '../../layers/discriminator-conv.js';
import { type AdversarialLossName, adversarialLoss } from '../../losses/adversarial.js';
import type { VariableSelection } from '../../weights/named-variables.js';
import { AdversarialTrainer } from '../adversarial-trainer.js';
import { type RealPenaltyOptions, realPenaltyWeight } from '../real-penalty.js';
import {
  adversarialParts,
  prepareDiscriminator,
  prepareGenerator,
  type TrainedDiscriminator,
} from '../trained-networks.js';
import { buildBranchDiscriminators } from './discriminators.js';
import {
  buildStackganPlusPlusGenerator,
  DEFAULT_BRANCHES,
  generatorVariables,
  type StackganPlusPlusGenerator,
  type StackganPlusPlusGeneratorOptions,
} from './generator.js';
import {
  type StackganPlusPlusBatch,
  type StackganPlusPlusLosses,
  type StackganPlusPlusStepOptions,
  stackganPlusPlusStep,
} from './training-step.js';

export interface StackganPlusPlusTrainerOptions {
  generator: StackganPlusPlusGeneratorOptions;
  discriminator: {
    /** DF_DIM of the official code. */
    baseWidth: number;
    /** @default 'batch', as in the official code */
    normalization?: DiscriminatorNormalization;
  };
  /** @default 'bce', as in the official code */
  loss?: AdversarialLossName;
  /**
   * Weight of the heads that judge the picture alone, at least 0; with 0 there are none. The official code has 1 for
   * birds. Without text it has no meaning. @default 1
   */
  unconditionalWeight?: number;
  /** @default 2, as in the official code */
  klWeight?: number;
  /** Weight of the colour consistency. @default 0 with text, 50 without, as in the official code */
  colorWeight?: number;
  /** @default 2e-4, as in the official code */
  generatorLearningRate?: number;
  /** @default 2e-4, as in the official code */
  discriminatorLearningRate?: number;
  /** Decay of the moving average of the generator's weights, below 1; 0 keeps none. @default 0.999, as official */
  averageDecay?: number;
  /** Shifts and cuts of pictures of 64 pixels, which keep a discriminator from learning few pictures by heart. @default none, as official */
  augmentation?: ShiftAndCutOptions;
  /** R1 on real pictures. @default none, as official */
  realPenalty?: RealPenaltyOptions | null;
  /** Weight of the distance from the caption's own picture; needs text. @default 0, as official */
  reconstructionWeight?: number;
  /** Where the log variances of the conditioning augmentation start. @default 0, as official */
  initialLogVariance?: number;
  /**
   * Whether each look at the averaged weights makes them the live ones, from which training goes on. The official
   * code does so at each snapshot, every 2,000 steps, by what seems a mistake; the published numbers came about that
   * way. @default false
   */
  averageReplacesLive?: boolean;
  /** Whether only the two finest pairs of scales are held to each other's colours, as in the official code. @default false */
  finestColorsOnly?: boolean;
}

/** Generator and discriminators of StackGAN++, and what moves them. */
export class StackganPlusPlusTrainer extends AdversarialTrainer<
  StackganPlusPlusBatch,
  StackganPlusPlusLosses
> {
  readonly generator: StackganPlusPlusGenerator;
  private readonly stepOptions: StackganPlusPlusStepOptions;
  private readonly averageReplacesLive: boolean;
  private readonly realPenalty: RealPenaltyOptions | null;

  constructor(options: StackganPlusPlusTrainerOptions, random: RandomStream) {
    const { loss = 'bce', unconditionalWeight = 1, klWeight = 2, averageDecay = 0.999 } = options;
    const { text } = options.generator;
    const generator = buildStackganPlusPlusGenerator(options.generator);
    const weightsOf = (selection: VariableSelection) => generatorVariables(generator, selection);
    const trained = prepareGenerator(weightsOf, options.generatorLearningRate ?? 2e-4, random);
    const [firstStage] = generator.stages;
    if (text !== undefined && firstStage !== undefined) {
      startLogVariances(firstStage, options.initialLogVariance ?? 0);
    }
    const discriminators = prepareDiscriminators(options, unconditionalWeight > 0, random);
    super(adversarialParts(trained, discriminators, averageDecay));
    this.generator = generator;
    this.stepOptions = {
      generator,
      generatorVariables: trained.variables,
      generatorOptimizer: trained.optimizer,
      discriminators,
      reconstructionWeight: options.reconstructionWeight ?? 0,
      augmentation: options.augmentation ?? { shiftPixels: 0, cutPixels: 0 },
      weights: {
        adversarial: adversarialLoss(loss),
        unconditionalWeight,
        klWeight,
        colorWeight: options.colorWeight ?? (text === undefined ? 50 : 0),
        finestColorsOnly: options.finestColorsOnly ?? false,
      },
    };
    this.realPenalty = options.realPenalty ?? null;
    this.averageReplacesLive = options.averageReplacesLive ?? false;
  }

  override withAveragedWeights<T>(body: () => T): T {
    if (!this.averageReplacesLive) return super.withAveragedWeights(body);
    this.adoptAveragedWeights();
    return body();
  }

  protected override compete(batch: StackganPlusPlusBatch, random: RandomStream): StackganPlusPlusLosses {
    const penaltyWeight = realPenaltyWeight(this.realPenalty, this.steps);
    return stackganPlusPlusStep({ ...this.stepOptions, penaltyWeight }, batch, random);
  }
}

function prepareDiscriminators(
  { generator, discriminator, discriminatorLearningRate = 2e-4 }: StackganPlusPlusTrainerOptions,
  unconditionalHead: boolean,
  random: RandomStream,
): TrainedDiscriminator[] {
  const discriminators = buildBranchDiscriminators({
    ...discriminator,
    branches: generator.branches ?? DEFAULT_BRANCHES,
    conditionDim: generator.text?.conditionDim,
    unconditionalHead,
  });
  return discriminators.map((each) => prepareDiscriminator(each, discriminatorLearningRate, random));
}
