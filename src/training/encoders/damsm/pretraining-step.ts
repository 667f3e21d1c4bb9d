import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { type DamsmLosses, type DamsmLossOptions, damsmLoss, sameClassPairs } from './damsm-loss.js';
import type { DamsmOptimizer } from './damsm-optimizer.js';

/** One mini-batch; all tensors `[batch, ...]`, row i of one belonging to row i of the others. */
export interface DamsmBatch {
  /** The image trunk's map, `[batch, height, width, mapChannels]`. */
  map: tf.Tensor4D;
  /** The image trunk's pooled vector, `[batch, pooledDim]`. */
  pooled: tf.Tensor2D;
  /** `[batch, time]` int32, padded with 0 at the end. */
  tokenIds: tf.Tensor2D;
  /** Words in each caption, `[batch]` int32. */
  lengths: tf.Tensor1D;
  /** Class of each picture: others of its class are no wrong answers. Undefined where classes are unknown. */
  classIds?: readonly number[] | undefined;
}

export interface DamsmModels {
  /** See `buildBiLstm`. */
  textEncoder: tf.LayersModel;
  /** See `buildImageHeads`. */
  imageHeads: tf.LayersModel;
}

/** Means over the batch. */
export interface DamsmStepReport {
  words: { imageToText: number; textToImage: number };
  sentences: { imageToText: number; textToImage: number };
  total: number;
  /** Length of the text encoder's gradients before the clipping. */
  gradientNorm: number;
}

/**
 * One pretraining step of DAMSM: text encoder and image heads learn to find each other's rows; the trunk stays as it is.
 * @param random what dropout draws from.
 */
export function damsmStep(
  models: DamsmModels,
  optimizer: DamsmOptimizer,
  batch: DamsmBatch,
  random: RandomStream,
  options: DamsmLossOptions = {},
): DamsmStepReport {
  let report: Omit<DamsmStepReport, 'gradientNorm'> | undefined;
  const gradientNorm = tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const losses = damsmLossInTraining(models, batch, random, options);
      report = {
        words: numbersOf(losses.words),
        sentences: numbersOf(losses.sentences),
        total: numberOf(losses.total),
      };
      return losses.total;
    }, [...optimizer.variables.values()]);
    return optimizer.applyGradients(grads);
  });
  if (report === undefined) throw new Error('The training step did not run.');
  return { ...report, gradientNorm };
}

/** The loss of a training pass of text encoder and heads. */
export function damsmLossInTraining(
  { textEncoder, imageHeads }: DamsmModels,
  { map, pooled, tokenIds, lengths, classIds }: DamsmBatch,
  random: RandomStream,
  options: DamsmLossOptions = {},
): DamsmLosses {
  const training = { training: true, random };
  const [regions, codes] = imageHeads.apply([map, pooled], training) as [tf.Tensor4D, tf.Tensor2D];
  const [words, sentences] = textEncoder.apply([tokenIds, lengths], training) as [tf.Tensor3D, tf.Tensor2D];
  const sameClass = classIds === undefined ? undefined : sameClassPairs(classIds);
  return damsmLoss({ regions, codes }, { words, sentences, lengths }, sameClass, options);
}

function numbersOf(loss: DamsmLosses['words']): { imageToText: number; textToImage: number } {
  return { imageToText: numberOf(loss.imageToText), textToImage: numberOf(loss.textToImage) };
}

function numberOf(scalar: tf.Scalar): number {
  return scalar.dataSync()[0] ?? Number.NaN;
}
