import * as tf from '@tensorflow/tfjs';
import { nativeBackend } from './native-backend.js';

type SaveForGradient = (tensors: tf.Tensor[]) => void;
type OnStatistics = (mean: tf.Tensor, unbiasedVariance: tf.Tensor) => void;

/**
 * Normalises `x` (`[batch, features]` or `[batch, height, width, channels]`) by the statistics of the batch,
 * then scales by `gamma` and shifts by `beta` (`[channels]`). `onStatistics` receives the batch's mean and its
 * variance with Bessel's correction; both are disposed after it returns.
 */
export function batchNormalizationInTraining(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics: OnStatistics,
): tf.Tensor {
  const native = nativeBackend();
  if (native === undefined) return composed(x, gamma, beta, epsilon, onStatistics);

  const channels = gamma.size;
  const image = x.rank === 4 ? x : x.reshape([-1, 1, 1, channels]);
  const attributes = [
    native.typeAttribute('T', 'float32'),
    native.typeAttribute('U', 'float32'),
    native.floatAttribute('epsilon', epsilon),
    native.stringAttribute('data_format', 'NHWC'),
    native.boolAttribute('is_training', true),
  ];
  const fused = tf.customGrad((...args) => {
    const [input, scale, offset, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, SaveForGradient];
    const empty = tf.tensor1d([]);
    const forward = [native.floatAttribute('exponential_avg_factor', 1), ...attributes];
    const [y, mean, variance, reserve1, reserve2, reserve3] = native.execute(
      'FusedBatchNormV3',
      forward,
      [input, scale, offset, empty, empty],
      6,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    onStatistics(mean, variance);
    save([input, scale, reserve1, reserve2, reserve3]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      native.execute('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3);
    return { value: y, gradFunc };
  });
  return fused(image, gamma, beta).reshape(x.shape);
}

function composed(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onStatistics: OnStatistics,
): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const { mean, variance } = tf.moments(x, axes);
  const count = x.size / gamma.size;
  tf.tidy(() => onStatistics(mean, variance.mul(count / Math.max(count - 1, 1))));
  return x.sub(mean).mul(variance.add(epsilon).rsqrt().mul(gamma)).add(beta);
}
