import type { Graph, Value } from '../graph/graph.js';
import { dataTypeOf, type TensorArray, type TensorData } from '../graph/tensor-data.js';
import type { GraphPass } from './pass.js';

/** Makes initialisers with the same numbers one: those of shared layers, and constants that many nodes read. */
export const shareInitializers: GraphPass = {
  name: 'share-initializers',
  run: (graph) => {
    const bySummary = new Map<string, Value[]>();
    let changed = false;
    for (const [value, tensor] of graph.initializers) {
      const candidates = bySummary.get(summary(tensor)) ?? [];
      const twin = candidates.find((candidate) => sameNumbers(graph, candidate, tensor));
      if (twin === undefined) {
        bySummary.set(summary(tensor), [...candidates, value]);
      } else {
        graph.replaceReads(value, twin);
        graph.initializers.delete(value);
        changed = true;
      }
    }
    return changed;
  },
};

/** Equal for equal tensors, and rarely equal for others. */
function summary({ shape, data }: TensorData): string {
  return `${dataTypeOf(data)} ${shape.join('x')} ${data[0]} ${data[data.length >> 1]} ${data.at(-1)}`;
}

function sameNumbers(graph: Graph, candidate: Value, { data }: TensorData): boolean {
  const other = graph.constant(candidate)?.data;
  if (other === undefined || other.byteLength !== data.byteLength) return false;
  const isWhole = [data, other].every((array) => array.byteOffset % 4 === 0 && array.byteLength % 4 === 0);
  const [bits, otherBits] = isWhole ? [inWords(data), inWords(other)] : [inBytes(data), inBytes(other)];
  // A loop, since weights are millions of numbers.
  for (let index = 0; index < bits.length; index++) if (bits[index] !== otherBits[index]) return false;
  return true;
}

/** The bits rather than the numbers, so that -0 stays apart from 0. */
function inWords({ buffer, byteOffset, byteLength }: TensorArray): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

function inBytes({ buffer, byteOffset, byteLength }: TensorArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
