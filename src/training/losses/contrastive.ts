import * as tf from '@tensorflow/tfjs';
import { diagonalCrossEntropy } from './diagonal-cross-entropy.js';

/**
 * Symmetric contrastive loss between `sentences` and `images`, both `[batch, dim]`: row i of one belongs to row i of
 * the other, all other rows are wrong answers. Cosine similarities times `sharpness` (gamma3 of AttnGAN's L1s and
 * L2s) are the logits of both questions; the mean of their cross-entropies is a scalar.
 *
 * Pairs that `isSame` (`[batch, batch]`, 1 where two different rows show the same thing) marks are left out.
 */
export function contrastiveLoss(
  sentences: tf.Tensor2D,
  images: tf.Tensor2D,
  sharpness: tf.Scalar | number,
  isSame: tf.Tensor2D,
): tf.Scalar {
  return tf.tidy(() => {
    const similarity = tf.matMul(unitRows(sentences), unitRows(images), false, true);
    const logits = similarity.mul(sharpness).sub<tf.Tensor2D>(isSame.mul(1e9));
    return diagonalCrossEntropy(logits)
      .add<tf.Scalar>(diagonalCrossEntropy(logits.transpose()))
      .mul<tf.Scalar>(0.5);
  });
}

/** Each row divided by its length, `[batch, dim]`. */
export function unitRows(rows: tf.Tensor2D): tf.Tensor2D {
  return rows.div(rows.square().sum(1, true).add(1e-12).sqrt());
}
