import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { adversarialLoss } from '../../losses/adversarial.js';
import { Adam } from '../../optimizers/adam.js';
import { MovingAverage } from '../../optimizers/moving-average.js';
import type { Stage1Config } from '../../run/config.js';
import { initializeWeights } from '../../weights/initialize-weights.js';
import { mergeVariables, type NamedVariables, variablesOf } from '../../weights/named-variables.js';
import { buildDiscriminator } from '../discriminator.js';
import { buildStage1Generator, type Stage1Generator } from './stage1-generator.js';
import { type Stage1Batch, type Stage1Losses, type Stage1StepOptions, stage1Step } from './stage1-step.js';

/** Everything of Stage-I that training changes, and the step that changes it. */
export class Stage1Trainer {
  readonly generator: Stage1Generator;
  private readonly stepOptions: Stage1StepOptions;
  private readonly average: MovingAverage | undefined;
  /** All variables that a checkpoint needs, by name. */
  readonly variables: NamedVariables;

  constructor(
    private readonly config: Stage1Config,
    sentenceDim: number,
    random: RandomStream,
  ) {
    const { generator: widths, discriminator: settings } = config;
    this.generator = buildStage1Generator({ ...widths, sentenceDim });
    const { normalization, baseWidth, condition, projectionDim, unconditionalHead } = settings;
    const conditionDim = condition === 'sentence' ? sentenceDim : widths.conditionDim;
    const discriminator = buildDiscriminator({
      name: 'stage1_discriminator',
      imageSize: 64,
      baseWidth,
      normalization,
      conditionalHead: { conditionDim, projectionDim: projectionDim ?? undefined },
      unconditionalHead,
    });
    const judges = [
      discriminator.backbone,
      discriminator.conditionalHead,
      discriminator.unconditionalHead,
    ].filter((model) => model !== undefined);

    const all = [this.generator.model, ...judges].map((model) => variablesOf(model, { prefix: model.name }));
    for (const variables of all) initializeWeights(variables, random);
    const trainable = (model: tf.LayersModel) =>
      variablesOf(model, { trainableOnly: true, prefix: model.name });
    const generatorVariables = trainable(this.generator.model);
    const discriminatorVariables = mergeVariables(...judges.map(trainable));
    this.stepOptions = {
      generator: this.generator,
      discriminator,
      generatorVariables,
      discriminatorVariables,
      generatorOptimizer: new Adam(generatorVariables, { learningRate: config.generatorLearningRate }),
      discriminatorOptimizer: new Adam(discriminatorVariables, {
        learningRate: config.discriminatorLearningRate,
      }),
      adversarial: adversarialLoss(config.loss),
      klWeight: config.klWeight,
      discriminatorCondition: settings.condition,
      augmentation: config.augmentation,
    };
    this.average =
      config.averageDecay > 0 ? new MovingAverage(generatorVariables, config.averageDecay) : undefined;
    this.variables = mergeVariables(...all, this.optimizerAndAverageVariables());
  }

  /** One step for discriminator and generator; `halvings` of both learning rates are behind it. */
  step(batch: Stage1Batch, random: RandomStream, halvings: number): Stage1Losses {
    const { generatorOptimizer, discriminatorOptimizer } = this.stepOptions;
    generatorOptimizer.learningRate = this.config.generatorLearningRate / 2 ** halvings;
    discriminatorOptimizer.learningRate = this.config.discriminatorLearningRate / 2 ** halvings;
    const losses = stage1Step(this.stepOptions, batch, random);
    this.average?.update();
    return losses;
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

  private optimizerAndAverageVariables(): NamedVariables {
    const named = new Map<string, tf.Variable>();
    const { generatorOptimizer, discriminatorOptimizer } = this.stepOptions;
    for (const [name, moment] of generatorOptimizer.moments()) named.set(`adam/${name}`, moment);
    for (const [name, moment] of discriminatorOptimizer.moments()) named.set(`adam/${name}`, moment);
    for (const [name, average] of this.average?.averages ?? []) named.set(`average/${name}`, average);
    return named;
  }
}

/** Pictures `[batch, 64, 64, 3]` in [-1, 1] of the generator in inference mode. */
export function drawStage1(
  generator: Stage1Generator,
  sentences: tf.Tensor2D,
  z: tf.Tensor2D,
  eps: tf.Tensor2D,
) {
  return tf.tidy(() => generator.imageModel.apply([sentences, z, eps]) as tf.Tensor4D);
}
