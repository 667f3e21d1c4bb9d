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

/** How captions fit pictures. */
export interface WordMatch {
  /** `[pictures, captions]`: R(Q, D) of equation 10, not yet multiplied by gamma3. */
  scores: tf.Tensor2D;
  /** `[pictures, captions, time, regions]`: where each word looks in each picture; sums to 1 over the regions. */
  attention: tf.Tensor4D;
}

/** Takes padding out of a softmax: large, but no infinity, which would leave NaN where everything is padding. */
const PADDING_LOGIT = -1e9;

/**
 * Matches the words `[captions, time, dim]` of all captions with the regions `[pictures, regions, dim]` of all pictures
 * (AttnGAN, equations 7 to 10): words share out each region, then regions each word. Padding after a caption's true
 * length takes no part, but a caption without a word keeps one padding vector: scores need something to be the scores of.
 *
 * All pairs at once in a few large products; a caption at a time takes several times as long.
 * @param lengths `[captions]` int32
 */
export function matchWords(
  words: tf.Tensor3D,
  lengths: tf.Tensor1D,
  regions: tf.Tensor3D,
  options: WordMatchingOptions = {},
): WordMatch {
  const { gamma1 = 4, gamma2 = 5, wordScore = 'official' } = options;
  const [captions, time, dim] = words.shape;
  const [pictures, count] = regions.shape;
  // [captions, time]: 0 at words, a large negative number at padding.
  const padding = tf
    .range(0, time, 1, 'int32')
    .expandDims(0)
    .greaterEqual(lengths.maximum(1).expandDims(1))
    .mul(PADDING_LOGIT);
  const allWords = words.reshape<tf.Tensor2D>([captions * time, dim]);
  const products = tf.matMul(regions.reshape<tf.Tensor2D>([pictures * count, dim]), allWords, false, true);
  const shares = tf.softmax(products.reshape([pictures * count, captions, time]).add(padding));
  const byWord = shares.reshape([pictures, count, captions * time]).transpose([0, 2, 1]);
  const attention = tf.softmax(byWord.mul<tf.Tensor3D>(gamma1));
  const contexts = tf.matMul(attention, regions);
  const relevance = cosines(contexts, allWords.expandDims(0)).reshape([pictures, captions, time]);
  const scores = tf.logSumExp<tf.Tensor2D>(relevance.mul(gamma2).add(padding), 2);
  return {
    scores: wordScore === 'paper' ? scores.div(gamma2) : scores,
    attention: attention.reshape([pictures, captions, time, count]),
  };
}
