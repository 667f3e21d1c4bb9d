import * as tf from '@tensorflow/tfjs';
import { cosines } from './cosines.js';

export interface WordMatchingOptions {
  /** gamma1: how sharply a word picks its regions. @default 4, as all official configurations; the paper says 5 */
  gamma1?: number;
  /** gamma2: how much the best matching words of a caption outweigh the others. @default 5 */
  gamma2?: number;
  /**
   * `official`: log sum exp(gamma2 r), as the released code, for which its gammas were chosen. `paper`: that divided by
   * gamma2 (equation 10), so that logits are gamma2 times smaller. @default 'official'
   */
  wordScore?: 'official' | 'paper';
}

/** How one caption fits every picture of a batch. */
export interface CaptionMatch {
  /** `[batch]`: R(Q, D) of equation 10, not yet multiplied by gamma3. */
  scores: tf.Tensor1D;
  /** `[batch, words, regions]`: where each word looks in each picture; sums to 1 over the regions. */
  attention: tf.Tensor3D;
}

/**
 * Matches one caption's words `[words, dim]`, padding cut off, with the regions `[batch, regions, dim]` of a batch of
 * pictures (AttnGAN, equations 7 to 10): words share out each region, then regions each word.
 */
export function matchCaption(
  words: tf.Tensor2D,
  regions: tf.Tensor3D,
  options: WordMatchingOptions = {},
): CaptionMatch {
  const { gamma1 = 4, gamma2 = 5, wordScore = 'official' } = options;
  const [batch, count, dim] = regions.shape;
  const products = tf.matMul(regions.reshape<tf.Tensor2D>([batch * count, dim]), words, false, true);
  const shares = tf.softmax(products).reshape<tf.Tensor3D>([batch, count, words.shape[0]]);
  const attention = tf.softmax(shares.transpose<tf.Tensor3D>([0, 2, 1]).mul<tf.Tensor3D>(gamma1));
  const contexts = tf.matMul(attention, regions);
  const relevance = cosines(contexts, words.expandDims(0));
  const scores = tf.logSumExp(relevance.mul(gamma2), 1) as tf.Tensor1D;
  return { scores: wordScore === 'paper' ? scores.div(gamma2) : scores, attention };
}
