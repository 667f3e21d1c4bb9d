import type { Graph, GraphNode } from '../graph/graph.js';
import { addOperator } from '../graph/graph-builder.js';
import { ELEMENTWISE_BROADCAST, ELEMENTWISE_UNARY } from '../graph/infer-value.js';
import { sortNodes } from '../graph/sort-nodes.js';
import { type Interleaving, interleaveInstead, interleavingBehind } from './interleaving.js';
import type { GraphPass } from './pass.js';

/**
 * Computes activations, and products of interleaved maps, on the maps that are interleaved: there a runtime works them
 * into the convolutions before.
 */
export const activateBeforeInterleaving: GraphPass = {
  name: 'activate-before-interleaving',
  waits: true,
  run: (graph) => sortNodes(graph).filter((node) => rewrite(graph, node)).length > 0,
};

function rewrite(graph: Graph, node: GraphNode): boolean {
  const interleavings = interleavingsBefore(graph, node);
  if (interleavings === undefined) return false;
  const phases = [0, 1, 2, 3].map((phase) => {
    const inputs = node.inputs.map((input, index) => interleavings[index]?.phases[phase] ?? input);
    return addOperator(graph, node.name, node.op, inputs, { attributes: node.attributes });
  });
  interleaveInstead(graph, node, phases);
  return true;
}

/** What each input is interleaved from; undefined unless all are that are not constants of one element. */
function interleavingsBefore(graph: Graph, node: GraphNode): (Interleaving | undefined)[] | undefined {
  if (node.domain !== '' || !(ELEMENTWISE_UNARY.has(node.op) || ELEMENTWISE_BROADCAST.has(node.op)))
    return undefined;
  const interleavings = node.inputs.map((input) =>
    input === null ? undefined : interleavingBehind(graph, input),
  );
  const fits = node.inputs.every((input, index) => {
    if (input === null) return true;
    if (interleavings[index] === undefined) return graph.constant(input)?.data.length === 1;
    // Where another node reads it too, both it and the result would be interleaved.
    return graph.consumersOf(input).every((consumer) => consumer === node);
  });
  const sameChannels = new Set(interleavings.flatMap((one) => one?.phases[0]?.shape?.[1] ?? []));
  const isOutput = node.inputs.some((input) => input !== null && graph.outputs.includes(input));
  return fits && sameChannels.size === 1 && !isOutput ? interleavings : undefined;
}
