import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { DiscriminatorNormalization } from '../../layers/discriminator-conv.js';
import { ofRank, outputOf } from '../../layers/model-outputs.js';
import type { AdversarialLosses } from './adversarial-step.js';
import { buildStackganDiscriminator } from './stackgan-discriminator.js';
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

export interface StageDiscriminatorOptions {
  /** DF_DIM of the official code. */
  baseWidth: number;
  normalization: DiscriminatorNormalization;
  /** What the conditional head sees: the augmentation's mean (PyTorch) or the sentence vector (TensorFlow). */
  condition: 'mean' | 'sentence';
  /** Size of the head's own linear layer on the condition, or null for none; 128 in the TensorFlow code. */
  projectionDim: number | null;
  /** A second head that judges the picture alone. Officially Stage-II in PyTorch is the only one to have it. */
  unconditionalHead: boolean;
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
    const { normalization, baseWidth, condition, projectionDim, unconditionalHead } = settings;
    const discriminator = buildStackganDiscriminator({
      stage: 1,
      baseWidth,
      normalization,
      conditionDim: condition === 'sentence' ? widths.sentenceDim : widths.conditionDim,
      projectionDim: projectionDim ?? undefined,
      unconditionalHead,
      variant: widths.variant ?? 'pytorch',
    });
    super(
      {
        generator: generator.model,
        discriminator,
        discriminatorCondition: condition,
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
