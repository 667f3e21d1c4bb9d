import * as tf from '@tensorflow/tfjs';
import { suspendTape } from '../backend/suspend-tape.js';

export interface ColorStatistics {
  /** Mean colour of each picture, `[batch, 3]`. */
  mean: tf.Tensor2D;
  /** Covariance of the channels over the pixels of each picture, `[batch, 3, 3]`; the divisor is the pixels' number. */
  covariance: tf.Tensor3D;
}

/** How the colours of each picture of `[batch, height, width, 3]` are distributed. */
export function colorStatistics(images: tf.Tensor4D): ColorStatistics {
  return tf.tidy(() => {
    const [batch, height, width, channels] = images.shape;
    const pixels = images.reshape([batch, height * width, channels]);
    const mean = pixels.mean(1, true);
    const centred = pixels.sub(mean);
    const covariance = tf.matMul<tf.Tensor3D>(centred, centred, true, false).div<tf.Tensor3D>(height * width);
    return { mean: mean.reshape<tf.Tensor2D>([batch, channels]), covariance };
  });
}

export interface ColorConsistencyTerms {
  /** Mean squared difference of the mean colours. */
  mean: tf.Scalar;
  /** Mean squared difference of the covariances. */
  covariance: tf.Scalar;
}

/**
 * How far the colours of a scale are from those of the next coarser one, which counts as given: no gradient reaches
 * it (StackGAN++, section 3.3). Both terms are means over batch and entries as in the official code, a third and a
 * ninth of the paper's norms. Both inputs `[batch, side, side, 3]`, of any sides.
 */
export function colorConsistency(images: tf.Tensor4D, coarser: tf.Tensor4D): ColorConsistencyTerms {
  return tf.tidy(() => {
    const actual = colorStatistics(images);
    const wanted = suspendTape(() => colorStatistics(coarser));
    return {
      mean: meanSquaredDifference(actual.mean, wanted.mean),
      covariance: meanSquaredDifference(actual.covariance, wanted.covariance),
    };
  });
}

function meanSquaredDifference(a: tf.Tensor, b: tf.Tensor): tf.Scalar {
  return a.sub(b).square().mean<tf.Scalar>();
}
