import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { optimizerVariables } from '../../optimizers/optimizer-variables.js';
import { RmsProp } from '../../optimizers/rms-prop.js';
import { Trainer } from '../../trainer.js';
import { mergeVariables, variablesOf } from '../../weights/named-variables.js';
import { buildCharCnnRnn, type CharCnnRnnOptions } from './char-cnn-rnn.js';
import {
  type CharCnnRnnBatch,
  type CharCnnRnnLossNumbers,
  type CharCnnRnnStepOptions,
  charCnnRnnLearningRate,
  charCnnRnnStep,
  initializeCharCnnRnn,
} from './training-step.js';

export interface CharCnnRnnTrainerOptions extends CharCnnRnnStepOptions {
  textEncoder: CharCnnRnnOptions;
  /** Of the first epoch. @default 7e-4, as in the official code; see `charCnnRnnLearningRate` for the later ones */
  learningRate?: number;
}

/** The char-CNN-RNN text encoder, and what moves it: RMSProp, as in the official code. */
export class CharCnnRnnTrainer extends Trainer<CharCnnRnnBatch, CharCnnRnnLossNumbers> {
  /** See `buildCharCnnRnn`. */
  readonly textEncoder: tf.LayersModel;
  private readonly optimizer: RmsProp;
  private readonly stepOptions: CharCnnRnnStepOptions;

  constructor(options: CharCnnRnnTrainerOptions, random: RandomStream) {
    const { learningRate = charCnnRnnLearningRate(0) } = options;
    const textEncoder = buildCharCnnRnn(options.textEncoder);
    const weights = variablesOf(textEncoder, { prefix: 'text' });
    initializeCharCnnRnn(weights, random);
    const optimizer = new RmsProp(weights, { learningRate });
    super({
      variables: mergeVariables(weights, optimizerVariables([optimizer], undefined)),
      optimizers: [optimizer],
    });
    this.textEncoder = textEncoder;
    this.optimizer = optimizer;
    this.stepOptions = options;
  }

  protected override update(batch: CharCnnRnnBatch, random: RandomStream): CharCnnRnnLossNumbers {
    return charCnnRnnStep(this.textEncoder, this.optimizer, batch, random, this.stepOptions);
  }
}
