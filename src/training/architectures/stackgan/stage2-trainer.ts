import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { requireSameSize, requireShape } from '../../batch-checks.js';
import { ofRank, outputOf } from '../../layers/model-outputs.js';
import { variablesOf } from '../../weights/named-variables.js';
import type { HeadCombination } from '../text-matching.js';
import type { AdversarialLosses } from './adversarial-step.js';
import { buildStageDiscriminator, type StageDiscriminatorOptions } from './stackgan-discriminator.js';
import { type AdversarialSettings, StageTrainer } from './stage-trainer.js';
import type { Stage1Generator } from './stage1-generator.js';
import {
  buildStage2Generator,
  type Stage2Generator,
  type Stage2GeneratorOptions,
} from './stage2-generator.js';

/** One mini-batch of Stage-II; all tensors `[batch, ...]`. */
export interface Stage2Batch {
  /** `[batch, imageSize, imageSize, 3]` in [-1, 1] */
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
  discriminator: StageDiscriminatorOptions & {
    /** @default 'mean', as in the official PyTorch code */
    headCombination?: HeadCombination;
  };
}

/**
 * Generator and discriminator of Stage-II, and what moves them, behind a Stage-I that no gradient reaches. As in the
 * official code Stage-I stays in training mode: it normalises by the batch, and its running statistics move on.
 */
export class Stage2Trainer extends StageTrainer<Stage2Batch> {
  readonly generator: Stage2Generator;
  private readonly stage1: Stage1Generator;

  /** @throws {WordbrushError} `INVALID_OPTION` for a Stage-I of another sentence size. */
  constructor(options: Stage2Options, stage1: Stage1Generator, random: RandomStream) {
    const { generator: widths, discriminator: settings } = options;
    requireSameSize(
      ["Stage-I's sentenceDim", stage1.model.inputs[0]?.shape[1]],
      ["Stage-II's sentenceDim", widths.sentenceDim],
    );
    const generator = buildStage2Generator(widths);
    const discriminator = buildStageDiscriminator(2, settings, widths);
    super(
      {
        generator: generator.model,
        discriminator,
        discriminatorCondition: settings.condition,
        headCombination: settings.headCombination ?? 'mean',
        // Part of a checkpoint, since its running statistics move.
        frozen: variablesOf(stage1.model, { prefix: stage1.model.name }),
      },
      options,
      random,
    );
    this.generator = generator;
    this.stage1 = stage1;
  }

  protected override compete(batch: Stage2Batch, random: RandomStream): AdversarialLosses {
    const { images, wrongImages, sentences, z, stage1Eps, eps } = batch;
    // Checked before Stage-I's running statistics move.
    this.checkBatch(batch);
    return tf.tidy(() => {
      // Outside of what is differentiated, so Stage-I costs a forward pass and no more.
      const stage1Images = outputOf(this.stage1.imageModel, [sentences, z, stage1Eps], { training: true });
      const generatorInputs = [stage1Images, sentences, eps];
      return { ...this.stageStep({ images, wrongImages, sentences, generatorInputs }, random) };
    });
  }

  private checkBatch({ images, wrongImages, sentences, z, stage1Eps, eps }: Stage2Batch): void {
    const [rows] = sentences.shape;
    const sizeAt = (model: tf.LayersModel, input: number) => model.inputs[input]?.shape[1];
    this.checkStage({ images, wrongImages, sentences });
    const { model } = this.stage1;
    requireShape('sentences', sentences, [rows, sizeAt(model, 0)]);
    requireShape('z', z, [rows, sizeAt(model, 1)]);
    requireShape('stage1Eps', stage1Eps, [rows, sizeAt(model, 2)]);
    requireShape('eps', eps, [rows, sizeAt(this.generator.model, 2)]);
  }
}

/** Pictures `[batch, imageSize, imageSize, 3]` in [-1, 1] of Stage-II in inference mode, from Stage-I's pictures. */
export function drawStage2(
  generator: Stage2Generator,
  stage1Images: tf.Tensor4D,
  sentences: tf.Tensor2D,
  eps: tf.Tensor2D,
): tf.Tensor4D {
  return tf.tidy(() => ofRank(outputOf(generator.imageModel, [stage1Images, sentences, eps]), 4));
}
