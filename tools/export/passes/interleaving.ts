import { integer } from '../graph/attributes.js';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { addOperator, replaceNode } from '../graph/graph-builder.js';

/** Four maps whose places alternate in one that is twice as high and wide: `DepthToSpace` of their `Concat`. */
export interface Interleaving {
  /** Upper left, upper right, lower left, lower right; `[batch, channels, height, width]` each. */
  readonly phases: readonly Value[];
}

/** The interleaving that gives a value; undefined where something else does. */
export function interleavingBehind(graph: Graph, interleaved: Value): Interleaving | undefined {
  const node = graph.producerOf(interleaved);
  const [concatenated] = node?.inputs ?? [];
  if (node?.op !== 'DepthToSpace' || concatenated === null || concatenated === undefined) return undefined;
  if (integer(node.attributes, 'blocksize') !== 2 || (node.attributes.mode ?? 'DCR') !== 'DCR')
    return undefined;
  const concat = graph.producerOf(concatenated);
  if (concat?.op !== 'Concat' || integer(concat.attributes, 'axis') !== 1) return undefined;
  const phases = concat.inputs.filter((input) => input !== null);
  const [channels, ...others] = phases.map(({ shape }) => shape?.[1]);
  if (phases.length !== 4 || typeof channels !== 'number') return undefined;
  return others.every((other) => other === channels) ? { phases } : undefined;
}

/** Puts the interleaving of four maps in the place of a node. */
export function interleaveInstead(graph: Graph, node: GraphNode, phases: readonly Value[]): void {
  const [first] = phases;
  const shape = first?.shape?.map((size, axis) => (axis === 1 && typeof size === 'number' ? 4 * size : size));
  const together = addOperator(graph, `${node.name}/Concat`, 'Concat', phases, {
    attributes: { axis: 1 },
    ...(shape === undefined ? {} : { shape }),
  });
  replaceNode(graph, node, 'DepthToSpace', [together], { blocksize: 2, mode: 'DCR' });
}
