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
    const gates = 2 * this.units;
    const ofGates = projected
      .slice([0, 0], [-1, gates])
      .add(tf.matMul(state, kernel.slice([0, 0], [-1, gates])))
      .add<tf.Tensor2D>(bias.slice(0, gates))
      .sigmoid();
    const update = ofGates.slice([0, 0], [-1, this.units]);
    const reset = ofGates.slice([0, this.units], [-1, this.units]);
    const candidate = projected
      .slice([0, gates], [-1, this.units])
      .add(tf.matMul(reset.mul<tf.Tensor2D>(state), kernel.slice([0, gates], [-1, this.units])))
      .add<tf.Tensor2D>(bias.slice(gates, this.units))
      .tanh();
    return state.add(candidate.sub(state).mul(update));
  }
}
