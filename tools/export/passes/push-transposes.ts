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
 *
 * Where only some inputs of a node have a `Transpose`, the others may get one, but one node at a time and only when
 * nothing else moves: what is gained can be counted while the rest stands still.
 */
export const pushTransposes: GraphPass = {
  name: 'push-transposes',
  run: (graph) => {
    // In the order of computation, so that a Transpose goes all the way in one run.
    const moved = sortNodes(graph).filter((node) => push(graph, node, allInputsAgree));
    return moved.length > 0 || sortNodes(graph).some((node) => push(graph, node, leavesFewer));
  },
};

type Condition = (graph: Graph, node: GraphNode, permutation: Permutation, rewrite: Rewrite) => boolean;

/** Moves the `Transpose` before the node behind it if the condition holds; returns whether it did. */
function push(graph: Graph, node: GraphNode, condition: Condition): boolean {
  const permutation = incomingPermutation(graph, node);
  if (permutation === undefined) return false;
  const rewrite = rewriteBehindTranspose(graph, node, permutation);
  if (rewrite === undefined || !condition(graph, node, permutation, rewrite)) return false;
  moveBehind(graph, node, permutation, rewrite);
  return true;
}

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

/** Whether every computed input comes from such a `Transpose`. */
function allInputsAgree(graph: Graph, node: GraphNode, permutation: Permutation, rewrite: Rewrite): boolean {
  return computedInputs(graph, node, rewrite).every((input) => comesFrom(graph, input, permutation));
}

/** Whether fewer remain if the other inputs get one, because the one behind the node is cancelled at once. */
function leavesFewer(graph: Graph, node: GraphNode, permutation: Permutation, rewrite: Rewrite): boolean {
  const inputs = computedInputs(graph, node, rewrite);
  const agreeing = inputs.filter((input) => comesFrom(graph, input, permutation));
  const spared = agreeing.filter((input) => graph.useCount(input) === 1);
  const cancelled = node.outputs.map((output) => countCancelled(graph, output, invert(permutation)));
  return inputs.length - agreeing.length < spared.length + Math.min(...cancelled);
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

/**
 * How many `Transpose` nodes with this permutation read a value, directly or behind operators on single elements;
 * minus infinity where anything else reads it.
 */
function countCancelled(graph: Graph, value: Value, permutation: Permutation): number {
  if (graph.outputs.includes(value)) return Number.NEGATIVE_INFINITY;
  const counts = graph.consumersOf(value).map(({ op, attributes, outputs }) => {
    if (op === 'Transpose' && samePermutation(integers(attributes, 'perm') ?? [], permutation)) return 1;
    if (!ELEMENTWISE_UNARY.has(op)) return Number.NEGATIVE_INFINITY;
    return outputs.reduce((count, output) => count + countCancelled(graph, output, permutation), 0);
  });
  return counts.reduce((sum, count) => sum + count, 0);
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
