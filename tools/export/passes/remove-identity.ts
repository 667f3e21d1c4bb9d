import { integers } from '../graph/attributes.js';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { isIdentity } from '../graph/permutation.js';
import type { GraphPass } from './pass.js';

/** Removes nodes that give what they take: `Identity`, and `Transpose` that leaves every axis in place. */
export const removeIdentity: GraphPass = {
  name: 'remove-identity',
  run: (graph) => {
    let changed = false;
    for (const node of graph.nodes.filter(givesWhatItTakes)) {
      const [input] = node.inputs;
      const [output] = node.outputs;
      if (input === null || input === undefined || output === undefined) continue;
      if (!graph.outputs.includes(output)) {
        graph.replaceReads(output, input);
      } else if (!takeOverName(graph, input, output)) {
        continue;
      }
      graph.remove(node);
      changed = true;
    }
    return changed;
  },
};

function givesWhatItTakes({ op, attributes }: GraphNode): boolean {
  if (op === 'Identity') return true;
  const permutation = op === 'Transpose' ? integers(attributes, 'perm') : undefined;
  return permutation !== undefined && isIdentity(permutation);
}

/** Makes the node that computes `input` compute the graph output instead, where it is free to. */
function takeOverName(graph: Graph, input: Value, output: Value): boolean {
  const producer = graph.producerOf(input);
  if (producer === undefined || graph.outputs.includes(input)) return false;
  producer.outputs = producer.outputs.map((value) => (value === input ? output : value));
  graph.replaceReads(input, output);
  return true;
}
