import * as tf from '@tensorflow/tfjs';
import { nativeBackend } from './native-backend.js';

type SaveForGradient = (tensors: tf.Tensor[]) => void;

/** What a layer remembers of the batches that it has seen; vectors `[channels]`. */
export interface RunningStatistics {
  mean: tf.Tensor;
  /** With Bessel's correction. */
  variance: tf.Tensor;
}

export interface TrainingNormalization {
  /** Added to the variance. */
  epsilon: number;
  running: RunningStatistics;
  /** Share of the running statistics that a batch leaves. */
  momentum: number;
  /** Receives the running statistics that this batch leaves; they are disposed after it returns. */
  onMoved: (moved: RunningStatistics) => void;
}

/**
 * Normalises `x` (`[batch, features]` or `[batch, height, width, channels]`) by the statistics of the batch,
 * then scales by `gamma` and shifts by `beta` (`[channels]`). TensorFlow's fused kernel does all of it and moves the running
 * statistics, where the native backend is in use; it has no second derivative.
 */
export function batchNormalizationInTraining(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  settings: TrainingNormalization,
): tf.Tensor {
  const native = nativeBackend();
  if (native === undefined) return composedInTraining(x, gamma, beta, settings);

  const { epsilon, running, momentum, onMoved } = settings;
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
    const forward = [native.floatAttribute('exponential_avg_factor', 1 - momentum), ...attributes];
    // The kernel wants none where it would forget them.
    const before = momentum === 0 ? [tf.tensor1d([]), tf.tensor1d([])] : [running.mean, running.variance];
    const [y, mean, variance, reserve1, reserve2, reserve3] = native.execute(
      'FusedBatchNormV3',
      forward,
      [input, scale, offset, ...before],
      6,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    onMoved({ mean, variance });
    save([input, scale, reserve1, reserve2, reserve3]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      native.execute('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3);
    return { value: y, gradFunc };
  });
  const y = fused(image, gamma, beta);
  return x.rank === 4 ? y : y.reshape(x.shape);
}

function composedInTraining(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { epsilon, running, momentum, onMoved }: TrainingNormalization,
): tf.Tensor {
  const { mean, variance } = batchMoments(x);
  const count = x.size / gamma.size;
  tf.tidy(() => {
    const moved = (before: tf.Tensor, now: tf.Tensor) => before.mul(momentum).add(now.mul(1 - momentum));
    const unbiased = variance.mul(count / Math.max(count - 1, 1));
    onMoved({ mean: moved(running.mean, mean), variance: moved(running.variance, unbiased) });
  });
  return scaled(x, gamma, beta, { mean, variance, epsilon });
}

/**
 * As `batchNormalizationInTraining`, but no running statistics move, and composed of operations that TF.js can differentiate
 * as often as one likes.
 */
export function composedBatchNormalization(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): tf.Tensor {
  return scaled(x, gamma, beta, { ...batchMoments(x), epsilon });
}

function batchMoments(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
  return tf.moments(x, x.shape.map((_, axis) => axis).slice(0, -1));
}

function scaled(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { mean, variance, epsilon }: { mean: tf.Tensor; variance: tf.Tensor; epsilon: number },
): tf.Tensor {
  return x.sub(mean).mul(variance.add(epsilon).rsqrt().mul(gamma)).add(beta);
}
