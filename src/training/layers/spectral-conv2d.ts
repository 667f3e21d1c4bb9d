import * as tf from '@tensorflow/tfjs';
import { suspendTape } from '../backend/suspend-tape.js';
import { type CallOptions, isTraining, isTwiceDifferentiable } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';
import { PlainConv2D } from './plain-conv2d.js';

/**
 * A 2D convolution, NHWC, whose kernel is divided by its largest singular value (Miyato et al. 2018, "Spectral
 * normalization for GANs"). Each training pass improves the estimate by one power iteration, but one that will be
 * differentiated twice.
 */
export class SpectralConv2D extends PlainConv2D {
  static override className = 'SpectralConv2D';
  /** The left singular vector's estimate, `[1, filters]`; starts at random, see `initializeWeights`. */
  private singularVector!: tf.LayerVariable;

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    super.build(inputShape);
    const zeros = tf.initializers.zeros();
    const size = [1, this.settings.filters];
    this.singularVector = this.addWeight('singular_vector', size, 'float32', zeros, undefined, false);
  }

  protected override kernelOfPass(kernel: tf.Tensor4D, options: CallOptions): tf.Tensor4D {
    const matrix = kernel.reshape<tf.Tensor2D>([-1, this.settings.filters]);
    const iterate = isTraining(options) && !isTwiceDifferentiable(options);
    return kernel.div(this.largestSingularValue(matrix, iterate));
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
