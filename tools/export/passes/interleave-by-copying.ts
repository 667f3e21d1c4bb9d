import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { addInitializer, addOperator, replaceNode } from '../graph/graph-builder.js';
import { int64Vector } from '../graph/tensor-data.js';
import { interleavingBehind } from './interleaving.js';
import type { GraphPass } from './pass.js';

/**
 * Interleaves four maps by two concatenations, of rows and then of columns, rather than by `DepthToSpace`, which ONNX
 * Runtime computes as a general transposition of six axes on the CPU.
 */
export const interleaveByCopying: GraphPass = {
  name: 'interleave-by-copying',
  waits: true,
  run: (graph) => {
    let changed = false;
    for (const node of graph.nodes.filter(({ op }) => op === 'DepthToSpace')) {
      const [output] = node.outputs;
      const interleaving = output === undefined ? undefined : interleavingBehind(graph, output);
      const width = interleaving?.phases[0]?.shape?.[3];
      if (interleaving === undefined || typeof width !== 'number') continue;
      rewrite(graph, node, interleaving.phases, width);
      changed = true;
    }
    return changed;
  },
};

function rewrite(graph: Graph, node: GraphNode, phases: readonly Value[], width: number): void {
  const [upperLeft, upperRight, lowerLeft, lowerRight] = phases;
  if (
    upperLeft === undefined ||
    upperRight === undefined ||
    lowerLeft === undefined ||
    lowerRight === undefined
  )
    throw new RangeError('Expected four maps.');
  const add = (op: string, inputs: readonly Value[], attributes = {}) =>
    addOperator(graph, `${node.name}/${op}`, op, inputs, { attributes });
  const shape = (sizes: readonly number[]) => addInitializer(graph, `${node.name}/shape`, int64Vector(sizes));
  // 0 keeps the size of an axis; -1, the height, is what remains.
  const columns = shape([0, 0, -1, width, 1]);
  // Side by side, an upper and a lower row are two rows one after the other.
  const rowsOf = (upper: Value, lower: Value) =>
    add('Reshape', [add('Concat', [upper, lower], { axis: 3 }), columns]);
  const pairs = add('Concat', [rowsOf(upperLeft, lowerLeft), rowsOf(upperRight, lowerRight)], { axis: 4 });
  replaceNode(graph, node, 'Reshape', [pairs, shape([0, 0, -1, 2 * width])], {});
}
