import * as tf from '@tensorflow/tfjs';
import { suspendTape } from '../backend/suspend-tape.js';
import { type CallOptions, channelsOf, isTraining, onlyTensor, shapeAt } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';

export interface SpectralConv2DConfig {
  name: string;
  filters: number;
  kernelSize: number;
  strides: number;
  padding: 'same' | 'valid';
  useBias: boolean;
}

/**
 * A 2D convolution, NHWC, whose kernel is divided by its largest singular value (Miyato et al. 2018, "Spectral
 * normalization for GANs"). Each training pass improves the estimate by one power iteration.
 */
export class SpectralConv2D extends tf.layers.Layer {
  static className = 'SpectralConv2D';
  private readonly settings: SpectralConv2DConfig;
  private kernel!: tf.LayerVariable;
  private bias: tf.LayerVariable | undefined;
  /** The left singular vector's estimate, `[1, filters]`; starts at random, see `initializeWeights`. */
  private singularVector!: tf.LayerVariable;

  constructor(config: SpectralConv2DConfig) {
    super({ name: config.name });
    this.settings = config;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { filters, kernelSize, useBias } = this.settings;
    const channels = channelsOf(shapeAt(inputShape, 0));
    const zeros = tf.initializers.zeros();
    this.kernel = this.addWeight('kernel', [kernelSize, kernelSize, channels, filters], 'float32', zeros);
    if (useBias) this.bias = this.addWeight('bias', [filters], 'float32', zeros);
    this.singularVector = this.addWeight('singular_vector', [1, filters], 'float32', zeros, undefined, false);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const { filters, kernelSize, strides, padding } = this.settings;
    const [batch, height, width] = shapeAt(inputShape, 0);
    const outputSize = (size: number | null | undefined) => {
      if (size === null || size === undefined) return null;
      return padding === 'same' ? Math.ceil(size / strides) : Math.floor((size - kernelSize) / strides) + 1;
    };
    return [batch ?? null, outputSize(height), outputSize(width), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions): tf.Tensor {
    return tf.tidy(() => {
      const { filters, strides, padding } = this.settings;
      const kernel = ofRank(this.kernel.read(), 4);
      const matrix = kernel.reshape<tf.Tensor2D>([-1, filters]);
      const sigma = this.largestSingularValue(matrix, isTraining(options));
      const y = tf.conv2d(ofRank(onlyTensor(inputs), 4), kernel.div(sigma), strides, padding);
      return this.bias === undefined ? y : y.add(this.bias.read());
    });
  }

  /** `u W v`, where `u` and `v` count as constants: the gradient flows through the kernel alone. */
  private largestSingularValue(matrix: tf.Tensor2D, iterate: boolean): tf.Tensor {
    const { left, right } = suspendTape(() => {
      const start = ofRank(this.singularVector.read(), 2);
      const right = unit(tf.matMul(start, matrix, false, true));
      return { left: iterate ? unit(tf.matMul(right, matrix)) : start, right };
    });
    if (iterate) this.singularVector.write(left);
    return tf.matMul(tf.matMul(right, matrix), left, false, true).reshape([]);
  }
}

function unit(vector: tf.Tensor2D): tf.Tensor2D {
  return vector.div(vector.square().sum().sqrt().add(1e-12));
}
