import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { ofRank, outputOf } from '../../layers/model-outputs.js';
import type { AdversarialLosses } from './adversarial-step.js';
import { buildStageDiscriminator, type StageDiscriminatorOptions } from './stackgan-discriminator.js';
import { type AdversarialSettings, StageTrainer } from './stage-trainer.js';
import {
  buildStage1Generator,
  type Stage1Generator,
  type Stage1GeneratorOptions,
} from './stage1-generator.js';

/** One mini-batch of Stage-I; all tensors `[batch, ...]`. */
export interface Stage1Batch {
  /** `[batch, 64, 64, 3]` in [-1, 1] */
  images: tf.Tensor4D;
  /** Pictures that the sentences do not describe; without them pairs are shifted by one. */
  wrongImages?: tf.Tensor4D | undefined;
  /** `[batch, sentenceDim]`, row i describing image i. */
  sentences: tf.Tensor2D;
  /** `[batch, zDim]`, standard normal. */
  z: tf.Tensor2D;
  /** `[batch, conditionDim]`, standard normal. */
  eps: tf.Tensor2D;
}

export interface Stage1Options extends AdversarialSettings {
  generator: Stage1GeneratorOptions;
  discriminator: StageDiscriminatorOptions;
}

/** Generator and discriminator of Stage-I, and what moves them. */
export class Stage1Trainer extends StageTrainer<Stage1Batch> {
  readonly generator: Stage1Generator;

  constructor(options: Stage1Options, random: RandomStream) {
    const { generator: widths, discriminator: settings } = options;
    const generator = buildStage1Generator(widths);
    const discriminator = buildStageDiscriminator(1, settings, widths);
    super(
      {
        generator: generator.model,
        discriminator,
        discriminatorCondition: settings.condition,
        // The official Stage-I has one head; with a second one the picture alone counts as much as the match.
        headCombination: 'sum',
      },
      options,
      random,
    );
    this.generator = generator;
  }

  protected override compete(batch: Stage1Batch, random: RandomStream): AdversarialLosses {
    const { sentences, z, eps } = batch;
    return this.stageStep({ ...batch, generatorInputs: [sentences, z, eps] }, random);
  }
}

/** Pictures `[batch, 64, 64, 3]` in [-1, 1] of the generator in inference mode. */
export function drawStage1(
  generator: Stage1Generator,
  sentences: tf.Tensor2D,
  z: tf.Tensor2D,
  eps: tf.Tensor2D,
): tf.Tensor4D {
  return tf.tidy(() => ofRank(outputOf(generator.imageModel, [sentences, z, eps]), 4));
}
