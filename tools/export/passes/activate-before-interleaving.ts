import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { addNode } from '../graph/graph-builder.js';
import { ELEMENTWISE_BROADCAST, ELEMENTWISE_UNARY } from '../graph/infer-value.js';
import { sortNodes } from '../graph/sort-nodes.js';
import { type Interleaving, interleavingBehind } from './interleaving.js';
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
  const [output] = node.outputs;
  if (interleavings === undefined || output === undefined) return false;
  const phases = [0, 1, 2, 3].map((phase) => {
    const inputs = node.inputs.map((input, index) => interleavings[index]?.phases[phase] ?? input);
    return onlyOutput(addNode(graph, node.name, node.op, inputs, 1, { attributes: node.attributes }));
  });
  const channels = phases[0]?.shape?.[1];
  const shape = phases[0]?.shape?.map((size, axis) => (axis === 1 ? 4 * Number(channels) : size));
  const concat = addNode(graph, `${node.name}/Concat`, 'Concat', phases, 1, {
    attributes: { axis: 1 },
    ...(shape === undefined ? {} : { shape }),
  });
  graph.nodes.push({
    name: graph.uniqueName(`${node.name}/DepthToSpace`),
    op: 'DepthToSpace',
    domain: '',
    inputs: [onlyOutput(concat)],
    outputs: [output],
    attributes: { blocksize: 2, mode: 'DCR' },
  });
  graph.remove(node);
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
    if (interleavings[index] === undefined) return input === null || graph.constant(input)?.data.length === 1;
    // Where another node reads it too, both it and the result would be interleaved.
    return graph.consumersOf(input as Value).every((consumer) => consumer === node);
  });
  const sameChannels = new Set(interleavings.flatMap((one) => one?.phases[0]?.shape?.[1] ?? []));
  const isOutput = node.inputs.some((input) => input !== null && graph.outputs.includes(input));
  return fits && sameChannels.size === 1 && !isOutput ? interleavings : undefined;
}

function onlyOutput({ outputs: [output] }: GraphNode): Value {
  if (output === undefined) throw new RangeError('Expected a node with an output.');
  return output;
}
