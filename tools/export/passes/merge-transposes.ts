import { integers } from '../graph/attributes.js';
import { compose } from '../graph/permutation.js';
import type { GraphPass } from './pass.js';

/** Makes a `Transpose` of a `Transpose` one; those that cancel each other become identities. */
export const mergeTransposes: GraphPass = {
  name: 'merge-transposes',
  run: (graph) => {
    let changed = false;
    for (const node of graph.nodes) {
      const permutation = node.op === 'Transpose' ? integers(node.attributes, 'perm') : undefined;
      const [input] = node.inputs;
      if (permutation === undefined || input === null || input === undefined) continue;
      const before = graph.producerOf(input);
      const first = before?.op === 'Transpose' ? integers(before.attributes, 'perm') : undefined;
      if (before === undefined || first === undefined) continue;
      node.inputs = [...before.inputs];
      node.attributes = { perm: compose(first, permutation) };
      changed = true;
    }
    return changed;
  },
};
