import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { normalNoise } from '../../../src/sdk/noise/index.js';
import {
  type ConvertedModel,
  type ConvertOptions,
  convert,
  type TensorData,
  type VerifyOptions,
  verify,
} from '../../../tools/export/index.js';
import { collectModel } from './onnx-package/collect-model.js';

// Without this TF.js prints an advertisement for its native backend.
tf.env().set('IS_TEST', true);

/** One operator in float32, on numbers around 1: what summing in another order may cost, and no more. */
export const TOLERANCE = 2e-6;

/** Gives every weight of the model standard normal numbers; those of a variance are made positive. */
export function randomiseWeights(model: tf.LayersModel, seed = 1): void {
  model.weights.forEach((weight, stream) => {
    const numbers = normalNoise(
      seed,
      stream,
      weight.shape.reduce<number>((size, n) => size * (n ?? 1), 1),
    );
    const isVariance = weight.originalName.endsWith('variance');
    const values = isVariance
      ? numbers.map((value) => 0.5 + Math.abs(value))
      : numbers.map((value) => value / 2);
    const tensor = tf.tensor(
      values,
      weight.shape.map((size) => size ?? 1),
    );
    weight.write(tensor);
    tensor.dispose();
  });
}

export interface Comparison extends ConvertOptions {
  verification?: VerifyOptions;
  tolerance?: number;
}

/**
 * Converts the model with random weights twice, with and without passes, and compares both with TF.js on random
 * inputs of two batch sizes. Returns the conversion with passes. Fails where tensors are left behind.
 */
export async function compareWithOnnx(
  model: tf.LayersModel,
  comparison: Comparison = {},
): Promise<ConvertedModel> {
  const { verification = {}, tolerance = TOLERANCE, ...options } = comparison;
  randomiseWeights(model);
  const tensorCount = tf.memory().numTensors;
  const random = seededNormals();
  const verifyOptions = {
    ...(verification.cases === undefined ? { random } : {}),
    tolerance,
    ...verification,
  };
  const unchanged = convert(model, { ...options, passes: [] });
  await verify(model, unchanged, verifyOptions);
  const converted = convert(model, options);
  await verify(model, converted, verifyOptions);
  for (const { bytes } of [unchanged, converted]) collectModel(bytes);
  expect(tf.memory().numTensors).toBe(tensorCount);
  return converted;
}

/** A model of one layer: `shape` is that of the input without the batch. */
export function modelOf(
  layer: tf.layers.Layer,
  shape: tf.Shape,
  dtype: tf.DataType = 'float32',
): tf.LayersModel {
  const x = tf.input({ shape, dtype, name: 'x' });
  return tf.model({ inputs: x, outputs: apply(layer, x) });
}

/** Applies a layer that has one output. */
export function apply(
  layer: tf.layers.Layer,
  inputs: tf.SymbolicTensor | tf.SymbolicTensor[],
): tf.SymbolicTensor {
  const output = layer.apply(inputs);
  if (output instanceof tf.SymbolicTensor) return output;
  throw new TypeError(`Layer ${layer.name} has several outputs.`);
}

/** Applies layers one after the other. */
export function applyAll(layers: readonly tf.layers.Layer[], input: tf.SymbolicTensor): tf.SymbolicTensor {
  return layers.reduce((x, layer) => apply(layer, x), input);
}

/** A source of normal numbers that gives others at every call, and the same in every test. */
export function seededNormals(seed = 7): (length: number) => Float32Array {
  let stream = 0;
  return (length) => normalNoise(seed, stream++, length);
}

export function int32Tensor(values: readonly number[], shape: readonly number[]): TensorData<Int32Array> {
  return { data: Int32Array.from(values), shape };
}

/** How often each operator occurs in the graph; 0 for one that does not. */
export function countOf(converted: ConvertedModel, op: string): number {
  return converted.summary.operators[op] ?? 0;
}
