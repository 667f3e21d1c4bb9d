import { float32ToFloat16 } from '../../../src/training/weights/float16.js';
import type { Graph } from '../graph/graph.js';
import { ONNX_DATA_TYPE } from '../writer/data-type.js';
import { isLarge, replaceWeight } from './replace-weight.js';

/** The largest half-precision number. */
export const FLOAT16_MAX = 65504;

/**
 * Stores large weights in half the bytes, with a `Cast` to float32 behind each. Biases and other small tensors stay
 * as they are, and so does a tensor with numbers beyond the range of half precision.
 */
export function storeWeightsAsFloat16(graph: Graph): void {
  for (const [weight, { shape, data }] of [...graph.initializers]) {
    if (!(data instanceof Float32Array) || !isLarge(data) || !fits(data)) continue;
    const stored = [{ shape, data: float32ToFloat16(data) }];
    replaceWeight(graph, weight, { op: 'Cast', stored, attributes: { to: ONNX_DATA_TYPE.float32 } });
  }
}

function fits(data: Float32Array): boolean {
  return data.every((number) => Math.abs(number) <= FLOAT16_MAX);
}
