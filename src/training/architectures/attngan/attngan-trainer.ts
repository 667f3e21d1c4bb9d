import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { type AdversarialLossName, adversarialLoss } from '../../losses/adversarial.js';
import { Adam } from '../../optimizers/adam.js';
import { MovingAverage } from '../../optimizers/moving-average.js';
import { optimizerVariables } from '../../optimizers/optimizer-variables.js';
import { mergeVariables, type NamedVariables } from '../../weights/named-variables.js';
import { initializeOrthogonally } from '../../weights/orthogonal-weights.js';
import { checkpointVariables, prepareDiscriminator } from '../trained-discriminator.js';
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
}

/** Everything of AttnGAN that training changes, and the step that changes it. */
export class AttnganTrainer {
  readonly generator: AttnganGenerator;
  private readonly stepOptions: AttnganStepOptions;
  private readonly average: MovingAverage | undefined;
  /** All variables that a checkpoint needs, by name. */
  readonly variables: NamedVariables;

  constructor(options: AttnganTrainerOptions, random: RandomStream) {
    const { loss = 'bce', klWeight = 1, averageDecay = 0.999, generatorLearningRate = 2e-4 } = options;
    this.generator = buildAttnganGenerator(options.generator);
    const allOfGenerator = generatorVariables(this.generator, { prefix: 'generator' });
    initializeOrthogonally(allOfGenerator, random);
    const trainable = generatorVariables(this.generator, { prefix: 'generator', trainableOnly: true });
    const discriminatorRate = options.discriminatorLearningRate ?? 2e-4;
    const discriminators = buildAttnganDiscriminators(options.generator, options.discriminator).map(
      (discriminator) => prepareDiscriminator(discriminator, discriminatorRate, random),
    );
    this.stepOptions = {
      generator: this.generator,
      generatorVariables: trainable,
      generatorOptimizer: new Adam(trainable, { learningRate: generatorLearningRate }),
      discriminators,
      adversarial: adversarialLoss(loss),
      klWeight,
      similarity: options.similarity,
    };
    this.average = averageDecay > 0 ? new MovingAverage(trainable, averageDecay) : undefined;
    this.variables = mergeVariables(
      allOfGenerator,
      ...discriminators.map(({ discriminator }) => checkpointVariables(discriminator)),
      optimizerVariables(this.optimizers(), this.average),
    );
  }

  /** One step for each discriminator, then the generator; throws as `attnganStep` does. */
  step(batch: AttnganBatch): AttnganLosses {
    const losses = attnganStep(this.stepOptions, batch);
    this.average?.update();
    return losses;
  }

  /** Tells the optimisers how many steps are behind them, after their variables were loaded. */
  resumeAt(step: number): void {
    for (const optimizer of this.optimizers()) optimizer.steps = step;
  }

  /** Runs `body` while the generator has its averaged weights: the ones to look at. */
  withAveragedWeights<T>(body: () => T): T {
    return this.average === undefined ? body() : this.average.swapIn(body);
  }

  /** Makes the averaged weights the generator's own for good, for export; training cannot go on after this. */
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
