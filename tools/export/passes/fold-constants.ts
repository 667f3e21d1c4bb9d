import { integers } from '../graph/attributes.js';
import type { GraphNode } from '../graph/graph.js';
import { addInitializer } from '../graph/graph-builder.js';
import { transposeTensor } from '../graph/permutation.js';
import type { TensorData } from '../graph/tensor-data.js';
import type { GraphPass } from './pass.js';

/** Moves the elements of initialisers now rather than at run time: `Transpose` of a constant becomes a constant. */
export const foldConstants: GraphPass = {
  name: 'fold-constants',
  run: (graph) => {
    let changed = false;
    for (const node of [...graph.nodes]) {
      const [output] = node.outputs;
      const constant = graph.constant(node.inputs[0]);
      if (constant === undefined || output === undefined || graph.outputs.includes(output)) continue;
      const folded = fold(node, constant);
      if (folded === undefined) continue;
      graph.replaceReads(output, addInitializer(graph, `${node.name}/folded`, folded));
      graph.remove(node);
      changed = true;
    }
    return changed;
  },
};

function fold(node: GraphNode, constant: TensorData): TensorData | undefined {
  const permutation = node.op === 'Transpose' ? integers(node.attributes, 'perm') : undefined;
  return permutation === undefined ? undefined : transposeTensor(constant, permutation);
}
