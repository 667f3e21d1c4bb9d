import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { Stage1Config } from '../../run/config.js';
import type { AdversarialLosses } from './adversarial-step.js';
import { AdversarialTrainer } from './adversarial-trainer.js';
import { buildStackganDiscriminator } from './stackgan-discriminator.js';
import { buildStage1Generator, type Stage1Generator } from './stage1-generator.js';

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

/** Generator and discriminator of Stage-I, and what moves them. */
export class Stage1Trainer extends AdversarialTrainer {
  readonly generator: Stage1Generator;

  constructor(config: Stage1Config, sentenceDim: number, random: RandomStream) {
    const { generator: widths, discriminator: settings, variant } = config;
    const generator = buildStage1Generator({ ...widths, sentenceDim, variant });
    const { normalization, baseWidth, condition, projectionDim, unconditionalHead } = settings;
    const discriminator = buildStackganDiscriminator({
      stage: 1,
      baseWidth,
      normalization,
      conditionDim: condition === 'sentence' ? sentenceDim : widths.conditionDim,
      projectionDim: projectionDim ?? undefined,
      unconditionalHead,
      variant,
    });
    super(
      {
        generator: generator.model,
        discriminator,
        discriminatorCondition: condition,
        // The official Stage-I has one head; with a second one the picture alone counts as much as the match.
        headCombination: 'sum',
      },
      config,
      random,
    );
    this.generator = generator;
  }

  /**
   * One step for discriminator and generator; `halvings` of both learning rates are behind it.
   * @throws {WordbrushError} `INVALID_OPTION` for a batch of one or of unequal sizes; nothing has moved then.
   */
  step(batch: Stage1Batch, random: RandomStream, halvings: number): AdversarialLosses {
    const { sentences, z, eps } = batch;
    return this.update({ ...batch, generatorInputs: [sentences, z, eps] }, random, halvings);
  }
}

/** Pictures `[batch, 64, 64, 3]` in [-1, 1] of the generator in inference mode. */
export function drawStage1(
  generator: Stage1Generator,
  sentences: tf.Tensor2D,
  z: tf.Tensor2D,
  eps: tf.Tensor2D,
): tf.Tensor4D {
  return tf.tidy(() => generator.imageModel.apply([sentences, z, eps]) as tf.Tensor4D);
}
