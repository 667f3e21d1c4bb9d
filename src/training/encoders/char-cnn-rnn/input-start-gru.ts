import * as tf from '@tensorflow/tfjs';
import {
  type InputStartConfig,
  InputStartRecurrence,
  type RecurrentWeights,
} from './input-start-recurrence.js';

/**
 * The GRU of the official char-CNN-RNN (`FixedGRU`): the first state is the tanh of the input's candidate. Gates are in
 * the order update, reset, candidate. The update gate is the share of the candidate, where Keras and ONNX have the share
 * of the old state; the reset gate is applied before the recurrent product.
 */
export class InputStartGru extends InputStartRecurrence {
  static className = 'InputStartGru';

  constructor(config: InputStartConfig) {
    super(config, 3);
  }

  protected override start(projected: tf.Tensor2D): tf.Tensor2D {
    return projected.slice([0, 2 * this.units], [-1, this.units]).tanh();
  }

  protected override next(
    projected: tf.Tensor2D,
    state: tf.Tensor2D,
    { kernel, bias }: RecurrentWeights,
  ): tf.Tensor2D {
    const sizes = [2 * this.units, this.units];
    const [gateInput, candidateInput] = tf.split(projected, sizes, 1) as [tf.Tensor2D, tf.Tensor2D];
    const [gateKernel, candidateKernel] = tf.split(kernel, sizes, 1) as [tf.Tensor2D, tf.Tensor2D];
    const [gateBias, candidateBias] = tf.split(bias, sizes) as [tf.Tensor1D, tf.Tensor1D];
    const gates = gateInput.add(tf.matMul(state, gateKernel)).add(gateBias).sigmoid();
    const [update, reset] = tf.split(gates, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
    const candidate = candidateInput
      .add(tf.matMul(reset.mul<tf.Tensor2D>(state), candidateKernel))
      .add(candidateBias)
      .tanh();
    return state.add(candidate.sub(state).mul(update));
  }
}
