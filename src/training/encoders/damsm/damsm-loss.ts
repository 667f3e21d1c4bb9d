import * as tf from '@tensorflow/tfjs';
import { requireSameSize } from '../../batch-checks.js';
import { ofRank } from '../../layers/model-outputs.js';
import { diagonalCrossEntropy } from '../../losses/diagonal-cross-entropy.js';
import { cosines } from './cosines.js';
import { matchWords, type WordMatchingOptions } from './word-matching.js';

export interface DamsmLossOptions extends WordMatchingOptions {
  /** gamma3: what scores are multiplied by to become logits. @default 10 */
  gamma3?: number;
}

/** What the image encoder says of a batch. */
export interface ImageEmbedding {
  /** `[batch, height, width, dim]` */
  regions: tf.Tensor4D;
  /** `[batch, dim]` */
  codes: tf.Tensor2D;
}

/** What the text encoder says of a batch, row i describing picture i. */
export interface TextEmbedding {
  /** `[batch, time, dim]`, padded at the end. */
  words: tf.Tensor3D;
  /** Words in each caption, `[batch]` int32. */
  lengths: tf.Tensor1D;
  /** `[batch, dim]` */
  sentences: tf.Tensor2D;
}

/** Cross-entropies, means over the batch: a picture picks its caption, and a caption its picture. */
export interface RetrievalLoss {
  imageToText: tf.Scalar;
  textToImage: tf.Scalar;
}

export interface DamsmLosses {
  /** L1w and L2w of the paper. */
  words: RetrievalLoss;
  /** L1s and L2s of the paper. */
  sentences: RetrievalLoss;
  /** The sum of all four. */
  total: tf.Scalar;
}

/**
 * The loss of the deep attentional multimodal similarity model (AttnGAN, section 3.2; `words_loss` and `sent_loss` of
 * the official code). Means over the batch, as in the official code; the paper's formula sums.
 *
 * @param sameClass `[batch, batch]`, 1 where two different rows show the same class: left out as wrong answers, see
 * `sameClassPairs`. Undefined where every picture is a class of its own.
 * @throws {WordbrushError} `INVALID_OPTION` for an image encoder of another size than the text encoder.
 */
export function damsmLoss(
  image: ImageEmbedding,
  text: TextEmbedding,
  sameClass: tf.Tensor2D | undefined,
  options: DamsmLossOptions = {},
): DamsmLosses {
  requireSameSize(
    ["the image regions' size", image.regions.shape[3]],
    ["the words' size", text.words.shape[2]],
  );
  requireSameSize(
    ["the image codes' size", image.codes.shape[1]],
    ["the sentences' size", text.sentences.shape[1]],
  );
  const { gamma3 = 10 } = options;
  const loss = (scores: tf.Tensor2D) => retrievalLoss(scores.mul(gamma3), sameClass);
  const words = loss(wordScores(image.regions, text.words, text.lengths, options));
  const sentences = loss(sentenceScores(image.codes, text.sentences));
  const all = [words.imageToText, words.textToImage, sentences.imageToText, sentences.textToImage];
  return { words, sentences, total: tf.addN(all) };
}

/** How well the words of each caption fit each picture, `[pictures, captions]`. */
export function wordScores(
  regions: tf.Tensor4D,
  words: tf.Tensor3D,
  lengths: tf.Tensor1D,
  options: WordMatchingOptions = {},
): tf.Tensor2D {
  const [batch, height, width, dim] = regions.shape;
  const flat = regions.reshape<tf.Tensor3D>([batch, height * width, dim]);
  return matchWords(words, lengths, flat, options).scores;
}

/** Cosines of picture and sentence, `[pictures, captions]`. */
export function sentenceScores(codes: tf.Tensor2D, sentences: tf.Tensor2D): tf.Tensor2D {
  return ofRank(cosines(codes.expandDims(1), sentences.expandDims(0)), 2);
}

/** The cross-entropies of logits `[pictures, captions]`, both ways. */
export function retrievalLoss(logits: tf.Tensor2D, sameClass: tf.Tensor2D | undefined): RetrievalLoss {
  const masked = sameClass === undefined ? logits : maskSameClass(logits, sameClass);
  return {
    imageToText: diagonalCrossEntropy(masked),
    textToImage: diagonalCrossEntropy(masked.transpose()),
  };
}

/** Logits with -1e9 where `sameClass` is 1: no probability and no gradient is left there. */
export function maskSameClass(logits: tf.Tensor2D, sameClass: tf.Tensor2D): tf.Tensor2D {
  return logits.sub(sameClass.mul(1e9));
}

/** `[batch, batch]`, 1 where two different pictures are of one class. */
export function sameClassPairs(classIds: readonly number[]): tf.Tensor2D {
  const rows = classIds.map((row, i) => classIds.map((column, j) => (i !== j && row === column ? 1 : 0)));
  return tf.tensor2d(rows, [classIds.length, classIds.length]);
}
