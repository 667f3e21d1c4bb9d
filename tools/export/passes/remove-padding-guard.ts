import type { Graph, Value } from '../graph/graph.js';
import type { GraphPass } from './pass.js';

const POOLING = new Set(['MaxPool', 'AveragePool']);

/** Operators that move elements without changing them. */
const MOVING = new Set(['Transpose', 'Identity']);

/** Removes the `Clip` without limits that zero padding leaves behind its `Pad`, wherever no pooling follows. */
export const removePaddingGuard: GraphPass = {
  name: 'remove-padding-guard',
  run: (graph) => {
    let changed = false;
    for (const node of graph.nodes.filter(({ op, inputs }) => op === 'Clip' && inputs.length === 1)) {
      const [input] = node.inputs;
      const [output] = node.outputs;
      if (input === null || input === undefined || output === undefined) continue;
      if (graph.outputs.includes(output) || reachesPooling(graph, output)) continue;
      graph.replaceReads(output, input);
      graph.remove(node);
      changed = true;
    }
    return changed;
  },
};

function reachesPooling(graph: Graph, value: Value): boolean {
  return graph
    .consumersOf(value)
    .some(
      ({ op, outputs }) =>
        POOLING.has(op) || (MOVING.has(op) && outputs.some((next) => reachesPooling(graph, next))),
    );
}
