import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { DiscriminatorNormalization } from '../../layers/discriminator-conv.js';
import { type AdversarialLossName, adversarialLoss } from '../../losses/adversarial.js';
import { Adam } from '../../optimizers/adam.js';
import { MovingAverage } from '../../optimizers/moving-average.js';
import { optimizerVariables } from '../../optimizers/optimizer-variables.js';
import { mergeVariables, type NamedVariables } from '../../weights/named-variables.js';
import { initializeOrthogonally } from '../../weights/orthogonal-weights.js';
import {
  checkpointVariables,
  prepareDiscriminator,
  type TrainedDiscriminator,
} from '../trained-discriminator.js';
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
  /**
   * Whether each look at the averaged weights makes them the live ones, from which training goes on. The official
   * code does so at each snapshot, every 2,000 steps, by what seems a mistake; the published numbers came about that
   * way. @default false
   */
  averageReplacesLive?: boolean;
}

/** Everything of StackGAN++ that training changes, and the step that changes it. */
export class StackganPlusPlusTrainer {
  readonly generator: StackganPlusPlusGenerator;
  private readonly stepOptions: StackganPlusPlusStepOptions;
  private readonly average: MovingAverage | undefined;
  private readonly averageReplacesLive: boolean;
  /** All variables that a checkpoint needs, by name. */
  readonly variables: NamedVariables;

  constructor(options: StackganPlusPlusTrainerOptions, random: RandomStream) {
    const { loss = 'bce', unconditionalWeight = 1, klWeight = 2, averageDecay = 0.999 } = options;
    const { text } = options.generator;
    this.generator = buildStackganPlusPlusGenerator(options.generator);
    const allOfGenerator = generatorVariables(this.generator, { prefix: 'generator' });
    initializeOrthogonally(allOfGenerator, random);
    const trainable = generatorVariables(this.generator, { prefix: 'generator', trainableOnly: true });
    const discriminators = prepareDiscriminators(options, unconditionalWeight > 0, random);
    this.stepOptions = {
      generator: this.generator,
      generatorVariables: trainable,
      generatorOptimizer: new Adam(trainable, { learningRate: options.generatorLearningRate ?? 2e-4 }),
      discriminators,
      weights: {
        adversarial: adversarialLoss(loss),
        unconditionalWeight,
        klWeight,
        colorWeight: options.colorWeight ?? (text === undefined ? 50 : 0),
      },
    };
    this.average = averageDecay > 0 ? new MovingAverage(trainable, averageDecay) : undefined;
    this.averageReplacesLive = options.averageReplacesLive ?? false;
    this.variables = mergeVariables(
      allOfGenerator,
      ...discriminators.map(({ discriminator }) => checkpointVariables(discriminator)),
      optimizerVariables(this.optimizers(), this.average),
    );
  }

  /** One step for each discriminator, then the generator; throws as `stackganPlusPlusStep` does. */
  step(batch: StackganPlusPlusBatch): StackganPlusPlusLosses {
    const losses = stackganPlusPlusStep(this.stepOptions, batch);
    this.average?.update();
    return losses;
  }

  /** Tells the optimisers how many steps are behind them, after their variables were loaded. */
  resumeAt(step: number): void {
    for (const optimizer of this.optimizers()) optimizer.steps = step;
  }

  /** Runs `body` while the generator has its averaged weights: the ones to look at, and to export. */
  withAveragedWeights<T>(body: () => T): T {
    if (this.average === undefined) return body();
    if (!this.averageReplacesLive) return this.average.swapIn(body);
    this.average.adopt();
    return body();
  }

  /** Makes the averaged weights the generator's own for good; training cannot go on after this. */
  adoptAveragedWeights(): void {
    this.average?.adopt();
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  private optimizers(): Adam[] {
    const { generatorOptimizer, discriminators } = this.stepOptions;
    return [generatorOptimizer, ...discriminators.map(({ optimizer }) => optimizer)];
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
