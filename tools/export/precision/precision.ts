import { WordbrushError } from '../../../src/sdk/errors.js';
import type { Graph } from '../graph/graph.js';
import { computeInFloat16 } from './float16-arithmetic.js';
import { storeWeightsAsFloat16 } from './float16-weights.js';
import { storeWeightsAsInt8 } from './int8-weights.js';

/** How the file stores large weights. */
export const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** In which numbers a graph computes. */
export const ARITHMETICS = ['fp32', 'fp16'] as const;
export type Arithmetic = (typeof ARITHMETICS)[number];

export interface PrecisionOptions {
  precision: Precision;
  /** `'fp16'` only with weights of that precision. */
  arithmetic: Arithmetic;
}

/**
 * Makes a finished graph store its weights in fewer bits, in place. Arithmetic stays in fp32 unless asked otherwise:
 * fp16 weights are widened by `Cast`, which ONNX Runtime does once as it loads them; int8 weights by
 * `DequantizeLinear`. Run it behind all passes: none looks through those nodes.
 *
 * Throws `INVALID_OPTION` for fp16 arithmetic on other weights.
 */
export function applyPrecision(graph: Graph, { precision, arithmetic }: PrecisionOptions): void {
  if (arithmetic === 'fp16' && precision !== 'fp16') {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected precision fp16 where the arithmetic is fp16, received ${precision}.`,
      { hint: 'Ask for both, or leave the arithmetic at fp32.' },
    );
  }
  if (arithmetic === 'fp16') computeInFloat16(graph);
  else if (precision === 'fp16') storeWeightsAsFloat16(graph);
  else if (precision === 'int8') storeWeightsAsInt8(graph);
}
