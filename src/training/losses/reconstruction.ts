import * as tf from '@tensorflow/tfjs';

/**
 * How far pictures are from the ones that their captions belong to: the mean absolute difference of all values in
 * [-1, 1], averaged over the sizes (Isola et al. 2017, equation 3). Zero is a picture drawn again to the pixel.
 *
 * @param fakes `[batch, side, side, 3]`, a tensor a size.
 * @param reals as `fakes`, the caption's own pictures, neither shifted nor cut.
 */
export function reconstructionLoss(fakes: readonly tf.Tensor4D[], reals: readonly tf.Tensor4D[]): tf.Scalar {
  const distances = fakes.map((fake, index) => {
    const real = reals[index];
    if (real === undefined) throw new RangeError(`Expected ${fakes.length} sizes, received ${reals.length}.`);
    return fake.sub(real).abs().mean<tf.Scalar>();
  });
  return tf.addN(distances).div(distances.length);
}
