import type * as tf from '@tensorflow/tfjs';
import { type Permutation, permute, transposeTensor } from './graph/permutation.js';
import type { TensorData } from './graph/tensor-data.js';

/** A weight of a layer by the name given to `addWeight`, or by its place in `layer.weights`. */
export function findWeight(
  { weights }: tf.layers.Layer,
  nameOrIndex: string | number,
): tf.LayerVariable | undefined {
  if (typeof nameOrIndex === 'number') return weights[nameOrIndex];
  return weights.find((weight) => plainName(weight) === nameOrIndex);
}

/**
 * A weight's numbers. Once it is a constant of a graph they are read from the layer whenever they are asked for: a model
 * is not in memory twice because its graph is.
 */
export class LayerWeight implements TensorData<Float32Array> {
  readonly shape: readonly number[];
  readonly #weight: tf.LayerVariable;
  readonly #axes: Permutation | undefined;
  #held: Float32Array | undefined;

  /** @param axes in which order the weight's axes are to be; as they are, if undefined. */
  constructor(weight: tf.LayerVariable, axes?: Permutation) {
    this.#weight = weight;
    this.#axes = axes;
    const { shape } = weight.read();
    this.shape = axes === undefined ? [...shape] : permute(shape, axes);
  }

  /** A copy, since a backend may hand out the memory that training goes on writing to. */
  get data(): Float32Array {
    if (this.#held !== undefined) return this.#held;
    const tensor = this.#weight.read();
    const data = tensor.dataSync<'float32'>();
    if (this.#axes === undefined) return Float32Array.from(data);
    return transposeTensor({ shape: tensor.shape, data }, this.#axes).data;
  }

  /** Keeps the numbers at hand, for those who ask often, until `release`. */
  hold(): this {
    this.#held = this.data;
    return this;
  }

  release(): void {
    this.#held = undefined;
  }
}

/** The name given to `addWeight`: TF.js puts the layer's name before it and sometimes a number behind. */
export function plainName(weight: tf.LayerVariable): string {
  return weight.originalName.split('/').at(-1) ?? weight.originalName;
}
