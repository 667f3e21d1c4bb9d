import * as tf from '@tensorflow/tfjs';
import { channelsOf, shapeAt, tensorAt } from './layer-inputs.js';
import { ofRank } from './model-outputs.js';
import { timeSteps } from './time-steps.js';

export interface LstmDirectionConfig {
  name: string;
  units: number;
  /** Reads from the last true word to the first. Outputs stay in the order of the words. @default false */
  backward?: boolean;
}

/**
 * One direction of an LSTM that respects true lengths: inputs `[batch, time, channels]` and mask
 * `[batch, time]` (1 = word, 0 = padding, padding last); output `[batch, time, units]`, zeros at padding.
 *
 * The state does not move at padding, so the backward direction starts at the true last word, as PyTorch's
 * packed sequences do. Gates are in the order input, forget, cell, output; one bias, the sum of PyTorch's two.
 */
export class LstmDirection extends tf.layers.Layer {
  static className = 'LstmDirection';
  readonly units: number;
  readonly backward: boolean;
  private kernel!: tf.LayerVariable;
  private recurrentKernel!: tf.LayerVariable;
  private bias!: tf.LayerVariable;

  constructor(config: LstmDirectionConfig) {
    super({ name: config.name });
    this.units = config.units;
    this.backward = config.backward ?? false;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = channelsOf(shapeAt(inputShape, 0));
    const zeros = tf.initializers.zeros();
    this.kernel = this.addWeight('kernel', [channels, 4 * this.units], 'float32', zeros);
    this.recurrentKernel = this.addWeight('recurrent_kernel', [this.units, 4 * this.units], 'float32', zeros);
    this.bias = this.addWeight('bias', [4 * this.units], 'float32', zeros);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...shapeAt(inputShape, 0).slice(0, -1), this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = ofRank(tensorAt(inputs, 0), 3);
      const [batch, time, channels] = x.shape;
      // One product for all words; only the recurrent product has to wait for its turn.
      const projected = tf
        .matMul(x.reshape([batch * time, channels]), ofRank(this.kernel.read(), 2))
        .add(this.bias.read())
        .reshape<tf.Tensor3D>([batch, time, 4 * this.units]);
      const steps = timeSteps(projected);
      const masks = timeSteps(tensorAt(inputs, 1).expandDims<tf.Tensor3D>(2));
      // toReversed, not reverse: the tape holds these very arrays, and their order is its gradient's order.
      const outputs = this.backward
        ? this.scan(steps.toReversed(), masks.toReversed()).toReversed()
        : this.scan(steps, masks);
      return tf.stack(outputs, 1);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, backward: this.backward };
  }

  /** Runs over the words in the order given; `steps` are `[batch, 4 units]`, `masks` `[batch, 1]`. */
  private scan(steps: tf.Tensor[], masks: tf.Tensor[]): tf.Tensor[] {
    const recurrentKernel = ofRank(this.recurrentKernel.read(), 2);
    const batch = steps[0]?.shape[0] ?? 0;
    let hidden = tf.zeros<tf.Rank.R2>([batch, this.units]);
    let cell: tf.Tensor = tf.zeros([batch, this.units]);
    return steps.map((step, index) => {
      const mask = masks[index];
      const gates = step.add(tf.matMul(hidden, recurrentKernel));
      const [input, forget, candidate, output] = tf.split(gates, 4, 1);
      if (!mask || !input || !forget || !candidate || !output) throw new TypeError('Expected four gates.');
      const nextCell = forget.sigmoid().mul(cell).add(input.sigmoid().mul(candidate.tanh()));
      const nextHidden = output.sigmoid().mul(nextCell.tanh());
      cell = cell.add(nextCell.sub(cell).mul(mask));
      hidden = hidden.add<tf.Tensor2D>(nextHidden.sub(hidden).mul(mask));
      return nextHidden.mul(mask);
    });
  }
}
