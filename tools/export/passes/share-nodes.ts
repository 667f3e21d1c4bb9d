import type { Graph, GraphNode } from '../graph/graph.js';
import type { GraphPass } from './pass.js';

/** Makes nodes that do the same with the same values one. */
export const shareNodes: GraphPass = {
  name: 'share-nodes',
  run: (graph) => {
    const first = new Map<string, GraphNode>();
    let changed = false;
    for (const node of [...graph.nodes]) {
      const key = signature(node);
      const twin = first.get(key);
      if (twin === undefined) {
        first.set(key, node);
      } else if (!node.outputs.some((output) => graph.outputs.includes(output))) {
        mergeInto(graph, node, twin);
        changed = true;
      }
    }
    return changed;
  },
};

function signature({ domain, op, inputs, outputs, attributes }: GraphNode): string {
  const read = inputs.map((input) => input?.name ?? null);
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([domain, op, read, sorted, outputs.length]);
}

function mergeInto(graph: Graph, node: GraphNode, twin: GraphNode): void {
  node.outputs.forEach((output, index) => {
    const replacement = twin.outputs[index];
    if (replacement !== undefined) graph.replaceReads(output, replacement);
  });
  graph.remove(node);
}
