import { integers } from '../graph/attributes.js';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { addInitializer, addNode } from '../graph/graph-builder.js';
import { ELEMENTWISE_UNARY } from '../graph/infer-value.js';
import { invert, isIdentity, type Permutation, permute, samePermutation } from '../graph/permutation.js';
import { sortNodes } from '../graph/sort-nodes.js';
import type { GraphPass } from './pass.js';
import { type Rewrite, rewriteBehindTranspose } from './transpose-rules.js';

/**
 * Moves a `Transpose` from before a node to behind it, towards one that cancels it. A layout thus holds from one
 * convolution to the next, through activations, sums, concatenations, means, padding and slices.
 */
export const pushTransposes: GraphPass = {
  name: 'push-transposes',
  run: (graph) => {
    let changed = false;
    // In the order of computation, so that a Transpose goes all the way in one run.
    for (const node of sortNodes(graph)) {
      const permutation = incomingPermutation(graph, node);
      if (permutation === undefined) continue;
      const rewrite = rewriteBehindTranspose(graph, node, permutation);
      if (rewrite === undefined || !isWorthwhile(graph, node, permutation, rewrite)) continue;
      moveBehind(graph, node, permutation, rewrite);
      changed = true;
    }
    return changed;
  },
};

/** The permutation of the first input that is a `Transpose`. */
function incomingPermutation(graph: Graph, node: GraphNode): Permutation | undefined {
  for (const input of node.inputs) {
    const permutation = input === null ? undefined : permutationBehind(graph, input);
    if (permutation !== undefined) return permutation;
  }
  return undefined;
}

/** The permutation by which a value is made, if a `Transpose` makes it. */
function permutationBehind(graph: Graph, value: Value): Permutation | undefined {
  const producer = graph.producerOf(value);
  return producer?.op === 'Transpose' ? integers(producer.attributes, 'perm') : undefined;
}

/**
 * Whether the node's computed inputs all come from the same `Transpose`; or whether those that do not are few, and
 * the one that appears behind the node is cancelled there at once.
 */
function isWorthwhile(graph: Graph, node: GraphNode, permutation: Permutation, rewrite: Rewrite): boolean {
  const moved = computedInputs(graph, node, rewrite);
  const straight = moved.filter((input) => !comesFrom(graph, input, permutation));
  if (straight.length === 0) return true;
  const isCancelled = node.outputs.every((output) => endsInTranspose(graph, output, invert(permutation)));
  return isCancelled && straight.length <= moved.length - straight.length;
}

function computedInputs(graph: Graph, node: GraphNode, rewrite: Rewrite): Value[] {
  return rewrite.movedInputs.flatMap((index) => {
    const input = node.inputs[index];
    return input === null || input === undefined || graph.constant(input) !== undefined ? [] : [input];
  });
}

function comesFrom(graph: Graph, value: Value, permutation: Permutation): boolean {
  const found = permutationBehind(graph, value);
  return found !== undefined && samePermutation(found, permutation);
}

/** Whether every use of a value, through operators on single elements, is that `Transpose`. */
function endsInTranspose(graph: Graph, value: Value, permutation: Permutation): boolean {
  if (graph.outputs.includes(value)) return false;
  return graph.consumersOf(value).every(({ op, attributes, outputs }) => {
    if (op === 'Transpose') return samePermutation(integers(attributes, 'perm') ?? [], permutation);
    return (
      ELEMENTWISE_UNARY.has(op) && outputs.every((output) => endsInTranspose(graph, output, permutation))
    );
  });
}

/** Lets the node read what is before the `Transpose` and adds one behind each of its outputs. */
function moveBehind(graph: Graph, node: GraphNode, permutation: Permutation, rewrite: Rewrite): void {
  for (const index of rewrite.movedInputs) {
    const input = node.inputs[index];
    if (input !== null && input !== undefined)
      node.inputs[index] = undoTranspose(graph, node, input, permutation);
  }
  for (const [index, tensor] of rewrite.constants) {
    node.inputs[index] = addInitializer(graph, `${node.name}/reordered`, tensor);
  }
  node.attributes = { ...node.attributes, ...rewrite.attributes };

  const { outputPermutation } = rewrite;
  if (isIdentity(outputPermutation)) return;
  node.outputs = node.outputs.map((output) => {
    const shape = output.shape && permute(output.shape, invert(outputPermutation));
    const value: Value = {
      name: graph.uniqueName(`${output.name}/reordered`),
      dataType: output.dataType,
      shape,
    };
    graph.nodes.push({
      name: graph.uniqueName(`${node.name}/Transpose`),
      op: 'Transpose',
      domain: '',
      inputs: [value],
      outputs: [output],
      attributes: { perm: outputPermutation },
    });
    return value;
  });
}

/** The value before the `Transpose` that makes `input`; where another node makes it, the value put in that order. */
function undoTranspose(graph: Graph, node: GraphNode, input: Value, permutation: Permutation): Value {
  const source = comesFrom(graph, input, permutation) ? graph.producerOf(input)?.inputs[0] : undefined;
  if (source !== null && source !== undefined) return source;
  const attributes = { perm: invert(permutation) };
  return (
    addNode(graph, `${node.name}/Transpose`, 'Transpose', [input], 1, { attributes }).outputs[0] ?? input
  );
}
