import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { requireLengths, requirePairs, requireShape } from '../../batch-checks.js';
import { connected, ofRank, outputOf } from '../../layers/model-outputs.js';
import { contrastiveLoss, unitRows } from '../../losses/contrastive.js';
import { lossNumbers } from '../../losses/loss-numbers.js';
import { Adam } from '../../optimizers/adam.js';
import { descend } from '../../optimizers/descend.js';
import { optimizerVariables } from '../../optimizers/optimizer-variables.js';
import { Trainer } from '../../trainer.js';
import { initializeWeights } from '../../weights/initialize-weights.js';
import { mergeVariables, type NamedVariables, variablesOf } from '../../weights/named-variables.js';
import { applyTextEncoder, type BiLstmOptions, buildBiLstm } from './bi-lstm.js';
import { requireKnownTokens } from './known-tokens.js';

/** All tensors `[batch, ...]`, row i of one belonging to row i of the others. */
export interface ContrastiveBatch {
  /** `[batch, time]` int32, padded with 0 at the end. */
  tokenIds: tf.Tensor2D;
  /** Words in each caption, `[batch]` int32. */
  lengths: tf.Tensor1D;
  /** What an image trunk says of the pictures, `[batch, featureDim]`. */
  features: tf.Tensor2D;
  /** `[batch, batch]`, 1 where two different rows are no wrong answers for each other; see `samePairs`. */
  isSame: tf.Tensor2D;
}

export interface ContrastiveTrainerOptions {
  textEncoder: BiLstmOptions;
  /** Size of the image trunk's vectors. */
  featureDim: number;
  /** Of the first step; see `contrastiveLearningRateFactor` for the later ones. */
  learningRate: number;
  /** What cosines are multiplied by before the softmax: gamma3 of AttnGAN. */
  sharpness: number;
}

export type ContrastiveLossNumbers = { readonly contrastive: number };

/**
 * Brings the sentence of a picture nearer to that picture than to the others of the batch. A linear layer brings the
 * trunk's features into the sentences' space; it serves training and retrieval only.
 */
export class ContrastiveTrainer extends Trainer<ContrastiveBatch, ContrastiveLossNumbers> {
  readonly textEncoder: tf.LayersModel;
  private readonly imageHead: tf.LayersModel;
  private readonly trainable: NamedVariables;
  private readonly optimizer: Adam;
  private readonly sharpness: number;

  constructor(options: ContrastiveTrainerOptions, random: RandomStream) {
    const { featureDim, learningRate, sharpness } = options;
    const textEncoder = buildBiLstm(options.textEncoder);
    const imageHead = buildImageHead(featureDim, options.textEncoder.sentenceDim);
    initializeWeights(variablesOf(textEncoder), random, 0.08);
    initializeWeights(variablesOf(imageHead), random, 1 / Math.sqrt(featureDim));
    const weights = (trainableOnly: boolean) =>
      mergeVariables(
        variablesOf(textEncoder, { trainableOnly, prefix: 'text' }),
        variablesOf(imageHead, { trainableOnly, prefix: 'image' }),
      );
    const trainable = weights(true);
    const optimizer = new Adam(trainable, { learningRate, beta1: 0.9 });
    super({
      variables: mergeVariables(weights(false), optimizerVariables([optimizer], undefined)),
      optimizers: [optimizer],
    });
    this.textEncoder = textEncoder;
    this.imageHead = imageHead;
    this.trainable = trainable;
    this.optimizer = optimizer;
    this.sharpness = sharpness;
  }

  /** Trunk features `[images, featureDim]` as vectors comparable with sentences, `[images, sentenceDim]`, unit length. */
  project(imageFeatures: tf.Tensor2D): tf.Tensor2D {
    return tf.tidy(() => unitRows(ofRank(outputOf(this.imageHead, imageFeatures), 2)));
  }

  protected override update(batch: ContrastiveBatch): ContrastiveLossNumbers {
    this.checkBatch(batch);
    const { tokenIds, lengths, features, isSame } = batch;
    const training = { training: true };
    return descend(this.trainable, this.optimizer, () => {
      const { sentences } = applyTextEncoder(this.textEncoder, tokenIds, lengths, training);
      const projected = ofRank(outputOf(this.imageHead, features, training), 2);
      const loss = contrastiveLoss(sentences, projected, this.sharpness, isSame);
      return { loss, report: lossNumbers({ contrastive: loss }) };
    });
  }

  private checkBatch({ tokenIds, lengths, features, isSame }: ContrastiveBatch): void {
    const [rows] = features.shape;
    requirePairs(rows);
    requireShape('features', features, [rows, this.imageHead.inputs[0]?.shape[1]]);
    requireShape('tokenIds', tokenIds, [rows, null]);
    requireShape('lengths', lengths, [rows]);
    requireLengths(lengths, tokenIds.shape[1]);
    requireShape('isSame', isSame, [rows, rows]);
    requireKnownTokens(this.textEncoder, tokenIds);
  }
}

/** Falls to a tenth by a half cosine, so that the last steps settle. @param step from 1 to `steps`. */
export function contrastiveLearningRateFactor(step: number, steps: number): number {
  return 0.55 + 0.45 * Math.cos((Math.PI * (step - 1)) / steps);
}

/** `[batch, batch]`, 1 where two different rows hold one picture or one caption: neither is a wrong answer for the other. */
export function samePairs(images: readonly number[], captions: readonly (readonly number[])[]): tf.Tensor2D {
  const keys = captions.map((ids) => ids.join(' '));
  const size = images.length;
  const same = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i !== j && (images[i] === images[j] || keys[i] === keys[j])) same[i * size + j] = 1;
    }
  }
  return tf.tensor2d(same, [size, size]);
}

function buildImageHead(featureDim: number, sentenceDim: number): tf.LayersModel {
  const features = tf.input({ shape: [featureDim], name: 'features' });
  const projected = connected(tf.layers.dense({ units: sentenceDim, name: 'projection' }), features);
  return tf.model({ inputs: features, outputs: projected, name: 'image_head' });
}
