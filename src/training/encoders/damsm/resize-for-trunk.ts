import * as tf from '@tensorflow/tfjs';

export interface ResizeOptions {
  /** Side of the result in pixels. @default 299, what Inception-v3 takes */
  size?: number;
  /**
   * Whether the corner pixels of both pictures lie on each other. @default true, as in PyTorch up to 0.3, with which the
   * released encoders were trained; later versions resize by pixel areas unless told otherwise
   */
  alignCorners?: boolean;
}

/**
 * Bilinear resize of `[batch, height, width, channels]` to `[batch, size, size, channels]`, without antialiasing.
 *
 * As two matrix products, since the generator learns through it: the gradient of TensorFlow.js's own resize is wrong for
 * `alignCorners: false`, where it forgets that pixels have centres.
 */
export function resizeForTrunk(images: tf.Tensor4D, options: ResizeOptions = {}): tf.Tensor4D {
  const { size = 299, alignCorners = true } = options;
  return tf.tidy(() => {
    const [batch, height, width, channels] = images.shape;
    const rows = interpolation(height, size, alignCorners);
    const columns = interpolation(width, size, alignCorners);
    const wide = tf.matMul(rows, images.reshape([batch, height, width * channels]));
    const byColumn = wide.reshape([batch * size, width, channels]);
    return tf.matMul(columns, byColumn).reshape<tf.Tensor4D>([batch, size, size, channels]);
  });
}

/** `[1, to, from]`: the share of each source pixel in each target pixel, along one axis. */
function interpolation(from: number, to: number, alignCorners: boolean): tf.Tensor3D {
  const shares = new Float32Array(to * from);
  for (let target = 0; target < to; target++) {
    const place = alignCorners
      ? (target * (from - 1)) / Math.max(1, to - 1)
      : Math.max(0, ((target + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(place), from - 1);
    const high = Math.min(low + 1, from - 1);
    const share = place - low;
    const row = target * from;
    shares[row + low] = (shares[row + low] ?? 0) + 1 - share;
    shares[row + high] = (shares[row + high] ?? 0) + share;
  }
  return tf.tensor3d(shares, [1, to, from]);
}
