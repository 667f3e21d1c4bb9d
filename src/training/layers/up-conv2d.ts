import * as tf from '@tensorflow/tfjs';
import { channelsOf, onlyTensor, shapeAt } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';

/**
 * Which of the three taps of a kernel, in one dimension, each of the four taps of the transposed convolution sums.
 * Nearest ×2 repeats a pixel, so two neighbouring taps often meet the same pixel and can be added beforehand.
 */
const TAPS = [[2], [1, 2], [0, 1], [0]] as const;

/**
 * Nearest neighbour ×2 and a 3×3 convolution (stride 1, 'same', no bias) in one: a transposed convolution, 4×4 and
 * stride 2, whose kernel is made from the 3×3 one. Exact, borders included, with 16 multiplications for every 36.
 * `[batch, height, width, channels]` to `[batch, 2 height, 2 width, filters]`; the weight is the 3×3 kernel.
 */
export class UpConv2D extends tf.layers.Layer {
  static className = 'UpConv2D';
  readonly filters: number;
  private kernel!: tf.LayerVariable;

  constructor(config: { name: string; filters: number }) {
    super({ name: config.name });
    this.filters = config.filters;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = channelsOf(shapeAt(inputShape, 0));
    this.kernel = this.addWeight(
      'kernel',
      [3, 3, channels, this.filters],
      'float32',
      tf.initializers.zeros(),
    );
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = shapeAt(inputShape, 0);
    const doubled = (size: number | null | undefined) =>
      size === null || size === undefined ? null : 2 * size;
    return [batch ?? null, doubled(height), doubled(width), this.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = ofRank(onlyTensor(inputs), 4);
      const [batch, height, width] = x.shape;
      const outputShape: [number, number, number, number] = [batch, 2 * height, 2 * width, this.filters];
      return tf.conv2dTranspose(x, this.transposedKernel(), outputShape, 2, 'same');
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), filters: this.filters };
  }

  /** `[4, 4, filters, channels]` */
  private transposedKernel(): tf.Tensor4D {
    const kernel = this.kernel.read();
    const channels = kernel.shape[2] ?? 0;
    const sums = tf.matMul(tapSums(), kernel.reshape([9, channels * this.filters]));
    return sums.reshape<tf.Tensor4D>([4, 4, channels, this.filters]).transpose<tf.Tensor4D>([0, 1, 3, 2]);
  }
}

/** `[16, 9]`: 1 where a tap of the 4×4 kernel sums a tap of the 3×3 kernel. */
function tapSums(): tf.Tensor2D {
  const isSummed = (target: number, source: number) => (TAPS[target] ?? []).some((tap) => tap === source);
  const rows = Array.from({ length: 16 }, (_, target) =>
    Array.from({ length: 9 }, (_, source) => {
      const vertical = isSummed(Math.floor(target / 4), Math.floor(source / 3));
      return vertical && isSummed(target % 4, source % 3) ? 1 : 0;
    }),
  );
  return tf.tensor2d(rows);
}
