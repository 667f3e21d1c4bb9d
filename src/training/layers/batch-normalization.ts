import * as tf from '@tensorflow/tfjs';
import {
  batchNormalizationInTraining,
  composedBatchNormalization,
} from '../backend/batch-normalization-kernel.js';
import {
  batchRowsOf,
  type CallOptions,
  channelsOf,
  isTraining,
  isTwiceDifferentiable,
  onlyTensor,
  shapeAt,
} from './layer-inputs.js';
import { ofRank } from './model-outputs.js';

export interface BatchNormalizationConfig {
  name: string;
  /** Added to the variance. @default 1e-5, as in PyTorch */
  epsilon?: number;
  /** Share of the running statistics that one training pass keeps. @default 0.9 (PyTorch's momentum 0.1) */
  momentum?: number;
}

/**
 * Batch normalisation over the last axis of `[batch, features]` or `[batch, height, width, channels]`.
 *
 * A training pass normalises by the batch and moves the running statistics (the variance with Bessel's
 * correction, as PyTorch keeps it); `batchRows` says which rows are a batch. Unlike `tf.layers.batchNormalization` it runs TensorFlow's fused kernel
 * and gradient where the native backend is in use.
 */
export class BatchNormalization extends tf.layers.Layer {
  static className = 'FusedBatchNormalization';
  readonly epsilon: number;
  readonly momentum: number;
  gamma!: tf.LayerVariable;
  beta!: tf.LayerVariable;
  movingMean!: tf.LayerVariable;
  movingVariance!: tf.LayerVariable;

  constructor(config: BatchNormalizationConfig) {
    super({ name: config.name });
    this.epsilon = config.epsilon ?? 1e-5;
    this.momentum = config.momentum ?? 0.9;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const size = [channelsOf(shapeAt(inputShape, 0))];
    const zeros = tf.initializers.zeros();
    const ones = tf.initializers.ones();
    this.gamma = this.addWeight('gamma', size, 'float32', ones);
    this.beta = this.addWeight('beta', size, 'float32', zeros);
    this.movingMean = this.addWeight('moving_mean', size, 'float32', zeros, undefined, false);
    this.movingVariance = this.addWeight('moving_variance', size, 'float32', ones, undefined, false);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions): tf.Tensor {
    return tf.tidy(() => {
      const x = onlyTensor(inputs);
      const gamma = ofRank(this.gamma.read(), 1);
      const beta = ofRank(this.beta.read(), 1);
      if (!isTraining(options)) {
        const mean = ofRank(this.movingMean.read(), 1);
        const variance = ofRank(this.movingVariance.read(), 1);
        return tf.batchNorm(x, mean, variance, beta, gamma, this.epsilon);
      }
      const normalize = isTwiceDifferentiable(options)
        ? (batch: tf.Tensor) => composedBatchNormalization(batch, gamma, beta, this.epsilon)
        : (batch: tf.Tensor) => this.normalizeAndLearn(batch, gamma, beta);
      const rows = batchRowsOf(options, x.shape[0] ?? 0);
      return rows.length === 1 ? normalize(x) : tf.concat(tf.split(x, rows).map(normalize));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon, momentum: this.momentum };
  }

  private normalizeAndLearn(batch: tf.Tensor, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor {
    const { epsilon, momentum, movingMean, movingVariance } = this;
    return batchNormalizationInTraining(batch, gamma, beta, {
      epsilon,
      momentum,
      running: { mean: movingMean.read(), variance: movingVariance.read() },
      onMoved: ({ mean, variance }) => {
        movingMean.write(mean);
        movingVariance.write(variance);
      },
    });
  }
}
