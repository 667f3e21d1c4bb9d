import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { requireSameSize } from '../../batch-checks.js';
import { optimizerVariables } from '../../optimizers/optimizer-variables.js';
import { Trainer } from '../../trainer.js';
import { mergeVariables, variablesOf } from '../../weights/named-variables.js';
import { type BiLstmOptions, buildBiLstm } from '../bi-lstm/bi-lstm.js';
import type { DamsmLossOptions } from './damsm-loss.js';
import { DamsmOptimizer } from './damsm-optimizer.js';
import { buildImageHeads, type ImageHeadsOptions } from './image-heads.js';
import { initializeDamsm } from './initialize-damsm.js';
import { type DamsmBatch, type DamsmLossNumbers, type DamsmModels, damsmStep } from './pretraining-step.js';

export interface DamsmTrainerOptions {
  textEncoder: BiLstmOptions;
  /** `embeddingDim` is the text encoder's `sentenceDim`. */
  imageHeads: ImageHeadsOptions;
  loss?: DamsmLossOptions;
  /** Of the first epoch. @default 2e-3, as in the official code; see `damsmLearningRate` for the later ones */
  learningRate?: number;
  /** The text encoder's gradients together are scaled to at most this length. @default 0.25, as in the official code */
  maxGradientNorm?: number;
  /**
   * Forget Adam's moments after every so many steps. The official code makes a new optimiser for each epoch: give the
   * steps of one to do the same. @default never
   */
  optimizerRestartSteps?: number | undefined;
}

/** Text encoder and image heads of DAMSM, and what moves them. */
export class DamsmTrainer extends Trainer<DamsmBatch, DamsmLossNumbers> {
  readonly models: DamsmModels;
  private readonly optimizer: DamsmOptimizer;
  private readonly loss: DamsmLossOptions;
  private readonly restartSteps: number;

  /** @throws {WordbrushError} `INVALID_OPTION` for heads and text encoder of different sizes. */
  constructor(options: DamsmTrainerOptions, random: RandomStream) {
    const { learningRate = 2e-3, maxGradientNorm = 0.25, loss = {} } = options;
    requireSameSize(
      ["the text encoder's sentenceDim", options.textEncoder.sentenceDim],
      ["the image heads' embeddingDim", options.imageHeads.embeddingDim],
    );
    const models = {
      textEncoder: buildBiLstm(options.textEncoder),
      imageHeads: buildImageHeads(options.imageHeads),
    };
    initializeDamsm(models, random);
    const optimizer = new DamsmOptimizer({ ...models, learningRate, maxGradientNorm });
    super({
      variables: mergeVariables(
        variablesOf(models.textEncoder, { prefix: 'text' }),
        variablesOf(models.imageHeads, { prefix: 'heads' }),
        optimizerVariables([optimizer], undefined),
      ),
      optimizers: [optimizer],
    });
    this.models = models;
    this.optimizer = optimizer;
    this.loss = loss;
    this.restartSteps = options.optimizerRestartSteps ?? Number.POSITIVE_INFINITY;
  }

  override resumeAt(step: number): void {
    super.resumeAt(step);
    this.optimizer.steps = step % this.restartSteps;
  }

  protected override update(batch: DamsmBatch, random: RandomStream): DamsmLossNumbers {
    if (this.steps > 0 && this.steps % this.restartSteps === 0) this.optimizer.restart();
    return damsmStep(this.models, this.optimizer, batch, random, this.loss);
  }
}
