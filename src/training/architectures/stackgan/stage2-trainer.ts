import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { DiscriminatorNormalization } from '../../layers/discriminator-conv.js';
import { mergeVariables, type NamedVariables, variablesOf } from '../../weights/named-variables.js';
import type { HeadCombination } from '../text-matching.js';
import { type AdversarialLosses, requireBatch } from './adversarial-step.js';
import { type AdversarialSettings, AdversarialTrainer } from './adversarial-trainer.js';
import { buildStackganDiscriminator } from './stackgan-discriminator.js';
import type { Stage1Generator } from './stage1-generator.js';
import {
  buildStage2Generator,
  type Stage2Generator,
  type Stage2GeneratorOptions,
} from './stage2-generator.js';

/** One mini-batch of Stage-II; all tensors `[batch, ...]`. */
export interface Stage2Batch {
  /** `[batch, 256, 256, 3]` in [-1, 1] */
  images: tf.Tensor4D;
  /** Pictures that the sentences do not describe; without them pairs are shifted by one. */
  wrongImages?: tf.Tensor4D | undefined;
  /** `[batch, sentenceDim]`, row i describing image i. */
  sentences: tf.Tensor2D;
  /** Stage-I's noise `[batch, zDim]`, standard normal. */
  z: tf.Tensor2D;
  /** Noise of Stage-I's conditioning augmentation, `[batch, conditionDim]`, standard normal. */
  stage1Eps: tf.Tensor2D;
  /** Noise of Stage-II's own conditioning augmentation, `[batch, conditionDim]`, standard normal. */
  eps: tf.Tensor2D;
}

export interface Stage2Options extends AdversarialSettings {
  generator: Stage2GeneratorOptions;
  discriminator: {
    /** DF_DIM of the official code. */
    baseWidth: number;
    normalization: DiscriminatorNormalization;
    /** What the conditional head sees: the augmentation's mean (PyTorch) or the sentence vector (TensorFlow). */
    condition: 'mean' | 'sentence';
    /** Size of the head's own linear layer on the condition, or null for none; 128 in the TensorFlow code. */
    projectionDim: number | null;
    /** A second head that judges the picture alone; PyTorch has it, TensorFlow has not. */
    unconditionalHead: boolean;
    /** @default 'mean', as in the official PyTorch code */
    headCombination?: HeadCombination;
  };
}

/**
 * Generator and discriminator of Stage-II, and what moves them, behind a Stage-I that no gradient reaches. As in the
 * official code Stage-I stays in training mode: it normalises by the batch, and its running statistics move on.
 */
export class Stage2Trainer extends AdversarialTrainer {
  readonly generator: Stage2Generator;
  private readonly stage1: Stage1Generator;

  constructor(options: Stage2Options, stage1: Stage1Generator, random: RandomStream) {
    const { generator: widths, discriminator: settings } = options;
    const generator = buildStage2Generator(widths);
    const { normalization, baseWidth, condition, projectionDim, unconditionalHead } = settings;
    const discriminator = buildStackganDiscriminator({
      stage: 2,
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
        headCombination: settings.headCombination ?? 'mean',
      },
      options,
      random,
    );
    this.generator = generator;
    this.stage1 = stage1;
  }

  /** Stage-I's weights are part of a checkpoint, since its running statistics move. */
  override get variables(): NamedVariables {
    const { model } = this.stage1;
    return mergeVariables(variablesOf(model, { prefix: model.name }), this.trainedVariables);
  }

  /**
   * One step for discriminator and generator; `halvings` of both learning rates are behind it.
   * @throws {WordbrushError} `INVALID_OPTION` for a batch of one or of unequal sizes; nothing has moved then.
   */
  step(batch: Stage2Batch, random: RandomStream, halvings: number): AdversarialLosses {
    const { images, wrongImages, sentences, z, stage1Eps, eps } = batch;
    // Checked before Stage-I's running statistics move.
    requireBatch([images, wrongImages ?? images, sentences, z, stage1Eps, eps]);
    return tf.tidy(() => {
      // Outside of what is differentiated, so Stage-I costs a forward pass and no more.
      const stage1Images = this.stage1.imageModel.apply([sentences, z, stage1Eps], { training: true });
      const generatorInputs = [stage1Images as tf.Tensor4D, sentences, eps];
      return { ...this.update({ images, wrongImages, sentences, generatorInputs }, random, halvings) };
    });
  }
}

/** Pictures `[batch, 256, 256, 3]` in [-1, 1] of Stage-II in inference mode, from Stage-I's pictures. */
export function drawStage2(
  generator: Stage2Generator,
  stage1Images: tf.Tensor4D,
  sentences: tf.Tensor2D,
  eps: tf.Tensor2D,
): tf.Tensor4D {
  return tf.tidy(() => generator.imageModel.apply([stage1Images, sentences, eps]) as tf.Tensor4D);
}
