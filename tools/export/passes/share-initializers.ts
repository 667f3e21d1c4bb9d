import type { Graph, Value } from '../graph/graph.js';
import { dataTypeOf, type TensorData } from '../graph/tensor-data.js';
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
  // Bytes rather than numbers, so that -0 stays apart from 0.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return (
    other !== undefined &&
    new Uint8Array(other.buffer, other.byteOffset, other.byteLength).every(
      (byte, index) => byte === bytes[index],
    )
  );
}
