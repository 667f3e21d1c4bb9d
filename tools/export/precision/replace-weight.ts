import type { Attributes } from '../graph/attributes.js';
import type { Graph, Value } from '../graph/graph.js';
import { addInitializer, addNode } from '../graph/graph-builder.js';
import type { TensorData } from '../graph/tensor-data.js';

/** Below this a node more costs more than the bytes save. */
const LARGE_ELEMENTS = 1024;

/** Whether a tensor is worth storing in fewer bits: kernels and tables are, biases are not. */
export function isLarge(data: Float32Array): boolean {
  return data.length >= LARGE_ELEMENTS;
}

/** Makes all that read a float32 weight read what `op` makes of `stored` instead, and drops the weight. */
export function replaceWeight(
  graph: Graph,
  weight: Value,
  { op, stored, attributes }: { op: string; stored: readonly TensorData[]; attributes: Attributes },
): void {
  const inputs = stored.map((tensor, index) =>
    addInitializer(graph, `${weight.name}/${op}/${index}`, tensor),
  );
  const { outputs } = addNode(graph, `${weight.name}/${op}`, op, inputs, 1, {
    attributes,
    dataType: 'float32',
    ...(weight.shape === undefined ? {} : { shape: weight.shape }),
  });
  for (const widened of outputs) graph.replaceReads(weight, widened);
  graph.initializers.delete(weight);
}
