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

/** The weight's numbers: a copy, since a backend may hand out the memory that training goes on writing to. */
export function readWeight(weight: tf.LayerVariable): TensorData<Float32Array> {
  const tensor = weight.read();
  return { shape: [...tensor.shape], data: Float32Array.from(tensor.dataSync()) };
}

/** The name given to `addWeight`: TF.js puts the layer's name before it and sometimes a number behind. */
export function plainName(weight: tf.LayerVariable): string {
  return weight.originalName.split('/').at(-1) ?? weight.originalName;
}
