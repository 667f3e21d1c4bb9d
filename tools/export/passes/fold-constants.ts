import { addInitializer } from '../graph/graph-builder.js';
import { evaluateNode } from './evaluate-node.js';
import type { GraphPass } from './pass.js';

/** Computes now what depends on constants alone: moved weights, sums and products of numbers. */
export const foldConstants: GraphPass = {
  name: 'fold-constants',
  run: (graph) => {
    let changed = false;
    for (const node of [...graph.nodes]) {
      const [output] = node.outputs;
      const constants = node.inputs.flatMap((input) => graph.constant(input) ?? []);
      const isConstant = constants.length === node.inputs.length;
      if (!isConstant || output === undefined || graph.outputs.includes(output)) continue;
      const folded = evaluateNode(node, constants);
      if (folded === undefined) continue;
      graph.replaceReads(output, addInitializer(graph, `${node.name}/folded`, folded));
      graph.remove(node);
      graph.dropUnused(node.inputs);
      changed = true;
    }
    return changed;
  },
};
