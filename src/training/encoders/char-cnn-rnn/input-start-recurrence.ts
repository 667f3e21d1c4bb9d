import * as tf from '@tensorflow/tfjs';
import { channelsOf, onlyTensor, shapeAt } from '../../layers/layer-inputs.js';
import { ofRank } from '../../layers/model-outputs.js';
import { timeSteps } from '../../layers/time-steps.js';

export interface InputStartConfig {
  name: string;
  units: number;
}

/** The weights of the recurrent part. */
export interface RecurrentWeights {
  /** `[units, gates × units]` */
  kernel: tf.Tensor2D;
  /** `[gates × units]` */
  bias: tf.Tensor1D;
}

/**
 * A recurrent layer whose first state comes from the input alone, without gates and without the recurrent bias, as in
 * the official char-CNN-RNN: there is no state before it. Input `[batch, time, channels]`, output the state after each
 * step, `[batch, time, units]`. The recurrent bias is apart for the sake of the first step.
 */
export abstract class InputStartRecurrence extends tf.layers.Layer {
  readonly units: number;
  private readonly gates: number;
  private kernel!: tf.LayerVariable;
  private bias!: tf.LayerVariable;
  private recurrentKernel!: tf.LayerVariable;
  private recurrentBias!: tf.LayerVariable;

  protected constructor(config: InputStartConfig, gates: number) {
    super({ name: config.name });
    this.units = config.units;
    this.gates = gates;
  }

  /** The state after the first step, `[batch, units]`, of what the input gives to it, `[batch, gates × units]`. */
  protected abstract start(projected: tf.Tensor2D): tf.Tensor2D;

  /** The state after a later step. */
  protected abstract next(
    projected: tf.Tensor2D,
    state: tf.Tensor2D,
    recurrent: RecurrentWeights,
  ): tf.Tensor2D;

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const width = this.gates * this.units;
    const zeros = tf.initializers.zeros();
    const channels = channelsOf(shapeAt(inputShape, 0));
    this.kernel = this.addWeight('kernel', [channels, width], 'float32', zeros);
    this.bias = this.addWeight('bias', [width], 'float32', zeros);
    this.recurrentKernel = this.addWeight('recurrent_kernel', [this.units, width], 'float32', zeros);
    this.recurrentBias = this.addWeight('recurrent_bias', [width], 'float32', zeros);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...shapeAt(inputShape, 0).slice(0, -1), this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = ofRank(onlyTensor(inputs), 3);
      const [batch, time, channels] = x.shape;
      // One product for all steps; only the recurrent product has to wait for its turn.
      const projected = tf
        .matMul(x.reshape([batch * time, channels]), ofRank(this.kernel.read(), 2))
        .add(this.bias.read())
        .reshape<tf.Tensor3D>([batch, time, this.gates * this.units]);
      const recurrent = {
        kernel: ofRank(this.recurrentKernel.read(), 2),
        bias: ofRank(this.recurrentBias.read(), 1),
      };
      const states: tf.Tensor2D[] = [];
      for (const step of timeSteps(projected)) {
        const state = states.at(-1);
        states.push(state === undefined ? this.start(step) : this.next(step, state, recurrent));
      }
      return tf.stack(states, 1);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units };
  }
}
