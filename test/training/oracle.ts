import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { NamedVariables } from '../../src/training/weights/named-variables.js';
import { readSafetensors } from '../../src/training/weights/safetensors.js';

/** The plain JavaScript backend, and the native one. */
export const BACKENDS = ['cpu', 'tensorflow'] as const;

/** Tensors of a case under `test/fixtures/oracles`. */
export class Oracle {
  private readonly tensors;

  constructor(name: string) {
    const path = new URL(`../fixtures/oracles/${name}.safetensors`, import.meta.url);
    this.tensors = readSafetensors(readFileSync(path), name).tensors;
  }

  names(prefix: string): string[] {
    return [...this.tensors.keys()].filter((name) => name.startsWith(prefix));
  }

  values(name: string): Float64Array {
    const { data } = this.stored(name);
    return Float64Array.from(data as Iterable<number | bigint>, Number);
  }

  /** The tensor as stored. */
  tensor(name: string, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor {
    return tf.tensor(Float32Array.from(this.values(name)), [...this.stored(name).shape], dtype);
  }

  /** A picture or map, NCHW in the file, as NHWC. */
  image(name: string): tf.Tensor4D {
    return tf.tidy(() => this.tensor(name).transpose([0, 2, 3, 1]) as tf.Tensor4D);
  }

  /** A weight in the layout of TF.js: convolutions (height, width, in, out), linear layers (in, out). */
  weight(name: string): tf.Tensor {
    return tf.tidy(() => {
      const stored = this.tensor(name);
      if (stored.rank === 4) return stored.transpose([2, 3, 1, 0]);
      return stored.rank === 2 ? stored.transpose() : stored;
    });
  }

  private stored(name: string) {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new Error(`The oracle has no ${name}.`);
    return tensor;
  }
}

/** Sets variables from weights of the oracle; `names` maps ours to the oracle's. */
export function loadWeights(variables: NamedVariables, oracle: Oracle, names: Record<string, string>): void {
  expect([...variables.keys()].sort()).toEqual(Object.keys(names).sort());
  for (const [ours, theirs] of Object.entries(names)) {
    const weight = oracle.weight(theirs);
    variables.get(ours)?.assign(weight);
    weight.dispose();
  }
}

/** |actual - expected| / |expected| over all elements. */
export function relativeDifference(actual: tf.Tensor, expected: ArrayLike<number>): number {
  const values = actual.dataSync();
  expect(values.length).toBe(expected.length);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const wanted = expected[i] ?? Number.NaN;
    difference += ((values[i] ?? Number.NaN) - wanted) ** 2;
    size += wanted ** 2;
  }
  return Math.sqrt(difference / size);
}
