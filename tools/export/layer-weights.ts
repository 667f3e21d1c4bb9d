import type * as tf from '@tensorflow/tfjs';
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
  #held: Float32Array | undefined;

  constructor(weight: tf.LayerVariable) {
    this.#weight = weight;
    this.shape = [...weight.read().shape];
  }

  /** A copy, since a backend may hand out the memory that training goes on writing to. */
  get data(): Float32Array {
    return this.#held ?? Float32Array.from(this.#weight.read().dataSync());
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
