import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-node-gpu';
import type * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { readSafetensors } from '../../src/training/weights/safetensors.js';
import { compare } from '../../tools/parity/comparison.js';
import { OracleTensors } from '../../tools/parity/oracle-tensors.js';

/** The plain JavaScript backend, and the native one. */
export const BACKENDS = ['cpu', 'tensorflow'] as const;

/** Tensors of a case under `test/fixtures/oracles`. */
export class Oracle extends OracleTensors {
  constructor(name: string) {
    const path = new URL(`../fixtures/oracles/${name}.safetensors`, import.meta.url);
    super(readSafetensors(readFileSync(path), name).tensors, name);
  }
}

/** |actual - expected| / |expected| over all elements. */
export function relativeDifference(actual: tf.Tensor, expected: ArrayLike<number>): number {
  const values = actual.dataSync();
  expect(values.length).toBe(expected.length);
  return compare({ name: 'difference', kind: 'output', noise: 0 }, values, expected).relative;
}
