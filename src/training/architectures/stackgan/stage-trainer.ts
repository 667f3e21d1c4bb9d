import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { ShiftAndCutOptions } from '../../augmentation/shift-and-cut.js';
import { startLogVariances } from '../../layers/conditioning-augmentation.js';
import { type AdversarialLossName, adversarialLoss } from '../../losses/adversarial.js';
import { Adam } from '../../optimizers/adam.js';
import { initializeWeights } from '../../weights/initialize-weights.js';
import { mergeVariables, type NamedVariables, variablesOf } from '../../weights/named-variables.js';
import { AdversarialTrainer } from '../adversarial-trainer.js';
import { type ConditionalDiscriminator, discriminatorModels } from '../discriminator.js';
import { type RealPenaltyOptions, realPenaltyWeight } from '../real-penalty.js';
import type { HeadCombination } from '../text-matching.js';
import {
  type AdversarialBatch,
  type AdversarialLosses,
  type AdversarialStepOptions,
  adversarialStep,
  checkStageBatch,
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
  /** R1 on real pictures. @default none, as in the official code */
  realPenalty?: RealPenaltyOptions | null;
  /** Weight of the distance from the caption's own picture. @default 0, as in the official code */
  reconstructionWeight?: number;
}

export interface TrainedNetworks {
  /** Gives image, mean and log variance. */
  generator: tf.LayersModel;
  discriminator: ConditionalDiscriminator;
  /** What the conditional head sees. */
  discriminatorCondition: 'mean' | 'sentence';
  headCombination: HeadCombination;
  /** Weights that a checkpoint needs though no gradient moves them. */
  frozen?: NamedVariables;
}

/** Generator and discriminator of a stage of StackGAN, and what moves them. */
export abstract class StageTrainer<Batch> extends AdversarialTrainer<Batch, AdversarialLosses> {
  private readonly stepOptions: AdversarialStepOptions;
  private readonly realPenalty: RealPenaltyOptions | null;

  protected constructor(networks: TrainedNetworks, settings: AdversarialSettings, random: RandomStream) {
    const { generator, discriminator, frozen = new Map() } = networks;
    const judges = discriminatorModels(discriminator);
    const all = [generator, ...judges].map((model) => variablesOf(model, { prefix: model.name }));
    for (const variables of all) initializeWeights(variables, random);
    startLogVariances(generator, settings.initialLogVariance ?? 0);
    const trainable = (model: tf.LayersModel) =>
      variablesOf(model, { trainableOnly: true, prefix: model.name });
    const generatorVariables = trainable(generator);
    const discriminatorVariables = mergeVariables(...judges.map(trainable));
    const { generatorLearningRate, discriminatorLearningRate, averageDecay } = settings;
    const generatorOptimizer = new Adam(generatorVariables, { learningRate: generatorLearningRate });
    const discriminatorOptimizer = new Adam(discriminatorVariables, {
      learningRate: discriminatorLearningRate,
    });
    super({
      weights: mergeVariables(frozen, ...all),
      generatorVariables,
      optimizers: [generatorOptimizer, discriminatorOptimizer],
      averageDecay,
    });
    this.stepOptions = {
      ...networks,
      generatorVariables,
      discriminatorVariables,
      generatorOptimizer,
      discriminatorOptimizer,
      adversarial: adversarialLoss(settings.loss),
      klWeight: settings.klWeight,
      reconstructionWeight: settings.reconstructionWeight ?? 0,
      augmentation: settings.augmentation,
    };
    this.realPenalty = settings.realPenalty ?? null;
  }

  /** Checks what every stage has, see `checkStageBatch`. */
  protected checkStage(batch: Omit<AdversarialBatch, 'generatorInputs'>): void {
    checkStageBatch(this.stepOptions, batch);
  }

  /** One step for discriminator and generator of the stage. */
  protected stageStep(batch: AdversarialBatch, random: RandomStream): AdversarialLosses {
    const penaltyWeight = realPenaltyWeight(this.realPenalty, this.steps);
    return adversarialStep({ ...this.stepOptions, penaltyWeight }, batch, random);
  }
}
