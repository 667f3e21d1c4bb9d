import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { ShiftAndCutOptions } from '../../augmentation/shift-and-cut.js';
import { startLogVariances } from '../../layers/conditioning-augmentation.js';
import { type AdversarialLossName, adversarialLoss } from '../../losses/adversarial.js';
import { Adam } from '../../optimizers/adam.js';
import { MovingAverage } from '../../optimizers/moving-average.js';
import { optimizerVariables } from '../../optimizers/optimizer-variables.js';
import { initializeWeights } from '../../weights/initialize-weights.js';
import { mergeVariables, type NamedVariables, variablesOf } from '../../weights/named-variables.js';
import type { ConditionalDiscriminator } from '../discriminator.js';
import type { HeadCombination } from '../text-matching.js';
import {
  type AdversarialBatch,
  type AdversarialLosses,
  type AdversarialStepOptions,
  adversarialStep,
} from './adversarial-step.js';

/** How a stage is trained, beside the widths of its networks. */
export interface AdversarialSettings {
  loss: AdversarialLossName;
  /** Weight of the divergence, a mean over batch and dimensions. 2 in the official code. */
  klWeight: number;
  /** Where the log variances of the conditioning augmentation start. @default 0, as in the official code */
  initialLogVariance?: number | undefined;
  generatorLearningRate: number;
  discriminatorLearningRate: number;
  /** Decay of the moving average of the generator's weights; 0 for none, as in the official code. */
  averageDecay: number;
  augmentation: ShiftAndCutOptions;
}

export interface TrainedNetworks {
  /** Gives image, mean and log variance. */
  generator: tf.LayersModel;
  discriminator: ConditionalDiscriminator;
  /** What the conditional head sees. */
  discriminatorCondition: 'mean' | 'sentence';
  headCombination: HeadCombination;
}

/** Everything of a stage that training changes, and the step that changes it. */
export abstract class AdversarialTrainer {
  private readonly stepOptions: AdversarialStepOptions;
  private readonly average: MovingAverage | undefined;
  /** Weights of both networks, moments and averages by name: what a checkpoint needs of them. */
  protected readonly trainedVariables: NamedVariables;

  constructor(
    networks: TrainedNetworks,
    private readonly settings: AdversarialSettings,
    random: RandomStream,
  ) {
    const { generator, discriminator } = networks;
    const judges = [
      discriminator.backbone,
      discriminator.conditionalHead,
      discriminator.unconditionalHead,
    ].filter((model) => model !== undefined);

    const all = [generator, ...judges].map((model) => variablesOf(model, { prefix: model.name }));
    for (const variables of all) initializeWeights(variables, random);
    startLogVariances(generator, settings.initialLogVariance ?? 0);
    const trainable = (model: tf.LayersModel) =>
      variablesOf(model, { trainableOnly: true, prefix: model.name });
    const generatorVariables = trainable(generator);
    const discriminatorVariables = mergeVariables(...judges.map(trainable));
    const { generatorLearningRate, discriminatorLearningRate, averageDecay } = settings;
    this.stepOptions = {
      ...networks,
      generatorVariables,
      discriminatorVariables,
      generatorOptimizer: new Adam(generatorVariables, { learningRate: generatorLearningRate }),
      discriminatorOptimizer: new Adam(discriminatorVariables, { learningRate: discriminatorLearningRate }),
      adversarial: adversarialLoss(settings.loss),
      klWeight: settings.klWeight,
      augmentation: settings.augmentation,
    };
    this.average = averageDecay > 0 ? new MovingAverage(generatorVariables, averageDecay) : undefined;
    const { generatorOptimizer, discriminatorOptimizer } = this.stepOptions;
    const optimizers = [generatorOptimizer, discriminatorOptimizer];
    this.trainedVariables = mergeVariables(...all, optimizerVariables(optimizers, this.average));
  }

  /** All variables that a checkpoint needs, by name. */
  get variables(): NamedVariables {
    return this.trainedVariables;
  }

  /** Tells the optimisers how many steps are behind them, after their variables were loaded. */
  resumeAt(step: number): void {
    this.stepOptions.generatorOptimizer.steps = step;
    this.stepOptions.discriminatorOptimizer.steps = step;
  }

  /** Runs `body` while the generator has its averaged weights: the ones to look at, and to export. */
  withAveragedWeights<T>(body: () => T): T {
    return this.average === undefined ? body() : this.average.swapIn(body);
  }

  /** Makes the averaged weights the generator's own for good; training cannot go on after this. */
  adoptAveragedWeights(): void {
    this.average?.adopt();
  }

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  /** One step for discriminator and generator; `halvings` of both learning rates are behind it. */
  protected update(batch: AdversarialBatch, random: RandomStream, halvings: number): AdversarialLosses {
    const { generatorOptimizer, discriminatorOptimizer } = this.stepOptions;
    generatorOptimizer.learningRate = this.settings.generatorLearningRate / 2 ** halvings;
    discriminatorOptimizer.learningRate = this.settings.discriminatorLearningRate / 2 ** halvings;
    const losses = adversarialStep(this.stepOptions, batch, random);
    this.average?.update();
    return losses;
  }
}
