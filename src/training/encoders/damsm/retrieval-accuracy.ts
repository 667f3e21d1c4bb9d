import * as tf from '@tensorflow/tfjs';
import { unitRows } from '../../losses/contrastive.js';

/** Shares of right answers at the first place, 0 to 1. */
export interface RetrievalAccuracy {
  /** Pictures that find their own caption among all. */
  imageToText: number;
  /** Captions that find their own picture among all. */
  textToImage: number;
}

/**
 * How often picture and sentence find each other among all others, by cosine: DAMSM's validation metric. `codes` and
 * `sentences` are `[count, dim]`, row i of one belonging to row i of the other.
 */
export function retrievalAccuracy(codes: tf.Tensor2D, sentences: tf.Tensor2D): RetrievalAccuracy {
  return tf.tidy(() => {
    // One product of matrices: the broadcast of all pairs of vectors would not fit into memory.
    const scores = tf.matMul<tf.Tensor2D>(unitRows(codes), unitRows(sentences), false, true);
    return { imageToText: shareOnDiagonal(scores), textToImage: shareOnDiagonal(scores.transpose()) };
  });
}

/** Share of rows of `[count, count]` whose largest entry is on the diagonal. */
function shareOnDiagonal(scores: tf.Tensor2D): number {
  const best = scores.argMax(1).dataSync();
  return best.filter((column, row) => column === row).length / best.length;
}
