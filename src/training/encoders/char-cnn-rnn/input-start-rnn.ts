import * as tf from '@tensorflow/tfjs';
import {
  type InputStartConfig,
  InputStartRecurrence,
  type RecurrentWeights,
} from './input-start-recurrence.js';

/** The simple recurrent layer of the older official module (`FixedRNN`): ReLU of input and old state. */
export class InputStartRnn extends InputStartRecurrence {
  static className = 'InputStartRnn';

  constructor(config: InputStartConfig) {
    super(config, 1);
  }

  protected override start(projected: tf.Tensor2D): tf.Tensor2D {
    return projected.relu();
  }

  protected override next(
    projected: tf.Tensor2D,
    state: tf.Tensor2D,
    { kernel, bias }: RecurrentWeights,
  ): tf.Tensor2D {
    return projected.add(tf.matMul(state, kernel)).add(bias).relu();
  }
}
