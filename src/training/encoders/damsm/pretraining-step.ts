import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { requireLengths, requirePairs, requireShape } from '../../batch-checks.js';
import { lossNumbers } from '../../losses/loss-numbers.js';
import { applyTextEncoder } from '../bi-lstm/bi-lstm.js';
import { requireKnownTokens } from '../bi-lstm/known-tokens.js';
import { type DamsmLosses, type DamsmLossOptions, damsmLoss, sameClassPairs } from './damsm-loss.js';
import type { DamsmOptimizer } from './damsm-optimizer.js';
import { applyImageHeads } from './image-heads.js';

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

/** Means over the batch. L1w, L2w, L1s and L2s of the paper, their sum, and what was clipped. */
export type DamsmLossNumbers = {
  readonly wordsImageToText: number;
  readonly wordsTextToImage: number;
  readonly sentencesImageToText: number;
  readonly sentencesTextToImage: number;
  readonly total: number;
  /** Length of the text encoder's gradients before the clipping. */
  readonly gradientNorm: number;
};

/**
 * One pretraining step of DAMSM: text encoder and image heads learn to find each other's rows; the trunk stays as it is.
 * @param random what dropout draws from.
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of one, which has no wrong answer, or one that does not fit the
 * models or itself: other widths, words that the vocabulary does not have, a number of classes of its own.
 */
export function damsmStep(
  models: DamsmModels,
  optimizer: DamsmOptimizer,
  batch: DamsmBatch,
  random: RandomStream,
  options: DamsmLossOptions = {},
): DamsmLossNumbers {
  checkBatch(models, batch);
  return tf.tidy(() => {
    const terms: Omit<DamsmLossNumbers, 'gradientNorm'>[] = [];
    const { grads } = tf.variableGrads(() => {
      const { words, sentences, total } = damsmLossInTraining(models, batch, random, options);
      const scalars = {
        wordsImageToText: words.imageToText,
        wordsTextToImage: words.textToImage,
        sentencesImageToText: sentences.imageToText,
        sentencesTextToImage: sentences.textToImage,
        total,
      };
      terms.push(lossNumbers(scalars));
      return total;
    }, [...optimizer.variables.values()]);
    const gradientNorm = optimizer.applyGradients(grads);
    const [losses] = terms;
    if (losses === undefined) throw new Error('The training step did not run.');
    // tf.tidy looks for tensors in what is returned; numbers pass.
    return { ...losses, gradientNorm };
  });
}

function checkBatch({ textEncoder, imageHeads }: DamsmModels, batch: DamsmBatch): void {
  const { map, pooled, tokenIds, lengths, classIds } = batch;
  const [rows] = pooled.shape;
  requirePairs(rows);
  const widthOf = (input: number) => imageHeads.inputs[input]?.shape.at(-1);
  requireShape('map', map, [rows, null, null, widthOf(0)]);
  requireShape('pooled', pooled, [rows, widthOf(1)]);
  requireShape('tokenIds', tokenIds, [rows, null]);
  requireShape('lengths', lengths, [rows]);
  requireLengths(lengths, tokenIds.shape[1]);
  if (classIds !== undefined) requireShape('classIds', { shape: [classIds.length] }, [rows]);
  requireKnownTokens(textEncoder, tokenIds);
}

/** The loss of a training pass of text encoder and heads. */
export function damsmLossInTraining(
  { textEncoder, imageHeads }: DamsmModels,
  { map, pooled, tokenIds, lengths, classIds }: DamsmBatch,
  random: RandomStream,
  options: DamsmLossOptions = {},
): DamsmLosses {
  const training = { training: true, random };
  const { regions, codes } = applyImageHeads(imageHeads, map, pooled, training);
  const { words, sentences } = applyTextEncoder(textEncoder, tokenIds, lengths, training);
  const sameClass = classIds === undefined ? undefined : sameClassPairs(classIds);
  return damsmLoss({ regions, codes }, { words, sentences, lengths }, sameClass, options);
}
