import * as tf from '@tensorflow/tfjs';

export interface StructuredJointEmbedding {
  /** Given the image, the texts. */
  imageToText: tf.Scalar;
  /** Given the text, the images. */
  textToImage: tf.Scalar;
  /** Their sum. */
  total: tf.Scalar;
}

/**
 * Structured joint embedding in both directions (Reed et al. 2016; `JointEmbeddingLoss` of reedscot/cvpr2016): the score
 * of a pair is the product of `sentences` and `images`, both `[batch, dim]`; row i of one belongs to row i of the other,
 * and each wrong answer should stay `margin` below the right one. Sums of what is missing, divided by batch × batch.
 *
 * All rows of a batch should be of different classes, as in the official training.
 */
export function structuredJointEmbedding(
  sentences: tf.Tensor2D,
  images: tf.Tensor2D,
  margin = 1,
): StructuredJointEmbedding {
  const scores = tf.matMul<tf.Tensor2D>(images, sentences, false, true);
  const imageToText = meanHinge(scores, margin);
  const textToImage = meanHinge(scores.transpose(), margin);
  return { imageToText, textToImage, total: imageToText.add(textToImage) };
}

/** The right answer of row i of `[batch, batch]` is column i. */
function meanHinge(scores: tf.Tensor2D, margin: number): tf.Scalar {
  return tf.tidy(() => {
    const isAnswer = tf.eye(scores.shape[0]);
    const right = scores.mul(isAnswer).sum(1, true);
    const missing = scores.sub(right).add(margin).relu();
    return missing.mul(tf.sub(1, isAnswer)).mean<tf.Scalar>();
  });
}
