import type { Value } from '../graph/graph.js';
import type { GraphPass } from './pass.js';

/** Removes nodes and initialisers that no output depends on. */
export const removeUnused: GraphPass = {
  name: 'remove-unused',
  run: (graph) => {
    const used = new Set<Value>(graph.outputs);
    const producers = new Map(
      graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
    );
    const pending = [...graph.outputs];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      for (const input of producers.get(value)?.inputs ?? []) {
        if (input === null || used.has(input)) continue;
        used.add(input);
        pending.push(input);
      }
    }
    const before = graph.nodes.length + graph.initializers.size;
    graph.nodes = graph.nodes.filter((node) => node.outputs.some((output) => used.has(output)));
    for (const value of graph.initializers.keys()) if (!used.has(value)) graph.initializers.delete(value);
    return graph.nodes.length + graph.initializers.size < before;
  },
};
