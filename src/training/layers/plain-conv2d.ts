import * as tf from '@tensorflow/tfjs';
import { type CallOptions, channelsOf, onlyTensor, shapeAt } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';

export interface PlainConv2DConfig {
  name: string;
  filters: number;
  kernelSize: number;
  strides: number;
  padding: 'same' | 'valid';
  useBias: boolean;
}

/**
 * A 2D convolution, NHWC, without activation. Unlike `tf.layers.conv2d`, whose gradient is always computed for pictures and
 * filters both, it computes the one that is asked for: a generator learns through a discriminator whose filters stay as they
 * are. `[batch, height, width, channels]` to `[batch, height, width, filters]`, fewer places where strides or padding say so.
 */
export class PlainConv2D extends tf.layers.Layer {
  static className = 'PlainConv2D';
  protected readonly settings: PlainConv2DConfig;
  private kernel!: tf.LayerVariable;
  private bias: tf.LayerVariable | undefined;

  constructor(config: PlainConv2DConfig) {
    super({ name: config.name });
    this.settings = config;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { filters, kernelSize, useBias } = this.settings;
    const channels = channelsOf(shapeAt(inputShape, 0));
    const zeros = tf.initializers.zeros();
    this.kernel = this.addWeight('kernel', [kernelSize, kernelSize, channels, filters], 'float32', zeros);
    if (useBias) this.bias = this.addWeight('bias', [filters], 'float32', zeros);
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
      const { strides, padding } = this.settings;
      const kernel = this.kernelOfPass(ofRank(this.kernel.read(), 4), options);
      const y = tf.conv2d(ofRank(onlyTensor(inputs), 4), kernel, strides, padding);
      return this.bias === undefined ? y : y.add(this.bias.read());
    });
  }

  /** The kernel that a pass convolves with: the weight as it is. */
  protected kernelOfPass(kernel: tf.Tensor4D, _options: CallOptions): tf.Tensor4D {
    return kernel;
  }
}
