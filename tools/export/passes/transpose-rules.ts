import { type Attributes, integer, integers } from '../graph/attributes.js';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { ELEMENTWISE_BROADCAST, ELEMENTWISE_UNARY } from '../graph/infer-value.js';
import { invert, type Permutation, permute, transposeTensor } from '../graph/permutation.js';
import { int64Vector, numbersOf, type TensorData } from '../graph/tensor-data.js';

/** How a node computes on reordered axes what it computes on axes as they are. */
export interface Rewrite {
  /** Inputs whose axes are reordered. */
  readonly movedInputs: readonly number[];
  /** Inputs that are replaced by constants for the new order. */
  readonly constants: ReadonlyMap<number, TensorData>;
  readonly attributes: Attributes;
  /** What brings the outputs back into the old order. */
  readonly outputPermutation: Permutation;
}

type Rule = (graph: Graph, node: GraphNode, permutation: Permutation) => Rewrite | undefined;

/**
 * What changes about a node when its inputs lose a `Transpose` with this permutation and its outputs gain one;
 * undefined where the operator is bound to its layout.
 */
export function rewriteBehindTranspose(
  graph: Graph,
  node: GraphNode,
  permutation: Permutation,
): Rewrite | undefined {
  if (node.domain !== '') return undefined;
  if (ELEMENTWISE_UNARY.has(node.op)) return rewrite(permutation, { movedInputs: [0] });
  if (ELEMENTWISE_BROADCAST.has(node.op)) return broadcastRule(graph, node, permutation);
  return RULES[node.op]?.(graph, node, permutation);
}

/** Axis `a` of the old order is axis `permutation[a]` of the new one. */
const RULES: Readonly<Record<string, Rule>> = {
  Concat: (graph, { inputs, attributes }, permutation) => {
    const axis = permutedAxis(integer(attributes, 'axis'), permutation);
    const constants = reorderConstants(graph, inputs, permutation);
    if (axis === undefined || constants === undefined) return undefined;
    return rewrite(permutation, { movedInputs: computed(graph, inputs), constants, attributes: { axis } });
  },
  Softmax: axisRule,
  LogSoftmax: axisRule,
  Split: axisRule,
  ReduceMean: reductionRule,
  ReduceMax: reductionRule,
  ReduceMin: reductionRule,
  Pad: (graph, { inputs }, permutation) => {
    const pads = graph.constant(inputs[1]);
    if (pads === undefined || pads.data.length !== 2 * permutation.length) return undefined;
    const all = numbersOf(pads);
    const inverse = invert(permutation);
    const before = permute(all.slice(0, permutation.length), inverse);
    const behind = permute(all.slice(permutation.length), inverse);
    return rewrite(permutation, {
      movedInputs: [0],
      constants: new Map([[1, int64Vector([...before, ...behind])]]),
    });
  },
  Slice: (graph, { inputs }, permutation) => {
    const axes = graph.constant(inputs[3]);
    const moved = axes === undefined ? undefined : permutedAxes(numbersOf(axes), permutation);
    if (moved === undefined) return undefined;
    return rewrite(permutation, { movedInputs: [0], constants: new Map([[3, int64Vector(moved)]]) });
  },
};

function axisRule(_graph: Graph, { attributes }: GraphNode, permutation: Permutation): Rewrite | undefined {
  const axis = permutedAxis(integer(attributes, 'axis'), permutation);
  return axis === undefined ? undefined : rewrite(permutation, { movedInputs: [0], attributes: { axis } });
}

function reductionRule(
  _graph: Graph,
  { attributes }: GraphNode,
  permutation: Permutation,
): Rewrite | undefined {
  const old = integers(attributes, 'axes');
  const axes = old === undefined ? undefined : permutedAxes(old, permutation);
  if (axes === undefined) return undefined;
  const keepsAxes = (integer(attributes, 'keepdims') ?? 1) !== 0;
  return rewrite(keepsAxes ? permutation : withoutAxes(permutation, axes), {
    movedInputs: [0],
    attributes: { axes },
  });
}

/** Constants are reordered here and now; one element fits any order. */
function broadcastRule(graph: Graph, { inputs }: GraphNode, permutation: Permutation): Rewrite | undefined {
  const constants = reorderConstants(graph, inputs, permutation);
  if (constants === undefined) return undefined;
  const movedInputs = computed(graph, inputs);
  const sameRank = movedInputs.every((index) => inputs[index]?.shape?.length === permutation.length);
  return sameRank ? rewrite(permutation, { movedInputs, constants }) : undefined;
}

/** The constants among the inputs in the new order; undefined where one has more axes than there are. */
function reorderConstants(
  graph: Graph,
  inputs: readonly (Value | null)[],
  permutation: Permutation,
): Map<number, TensorData> | undefined {
  const rank = permutation.length;
  const reordered = new Map<number, TensorData>();
  for (const [index, input] of inputs.entries()) {
    const constant = graph.constant(input);
    if (constant === undefined) continue;
    if (constant.shape.length > rank) return undefined;
    if (constant.data.length === 1) continue;
    const padded = [...new Array<number>(rank - constant.shape.length).fill(1), ...constant.shape];
    reordered.set(index, transposeTensor({ shape: padded, data: constant.data }, invert(permutation)));
  }
  return reordered;
}

/** The places of the inputs that are computed. */
function computed(graph: Graph, inputs: readonly (Value | null)[]): number[] {
  return inputs.flatMap((input, index) => (input === null || graph.initializers.has(input) ? [] : [index]));
}

function permutedAxes(axes: readonly number[], permutation: Permutation): number[] | undefined {
  const moved = axes.map((axis) => permutedAxis(axis, permutation));
  const known = moved.filter((axis) => axis !== undefined);
  return known.length === axes.length ? known : undefined;
}

function permutedAxis(axis: number | undefined, permutation: Permutation): number | undefined {
  return axis === undefined ? undefined : permutation[axis < 0 ? axis + permutation.length : axis];
}

/** The order of the axes that are left when those of the new order are reduced away. */
function withoutAxes(permutation: Permutation, axes: readonly number[]): Permutation {
  const kept = permutation.filter((axis) => !axes.includes(axis));
  return kept.map((axis) => kept.filter((other) => other < axis).length);
}

function rewrite(
  outputPermutation: Permutation,
  {
    movedInputs,
    constants = new Map(),
    attributes = {},
  }: Partial<Omit<Rewrite, 'outputPermutation'>> & {
    movedInputs: readonly number[];
  },
): Rewrite {
  return { movedInputs, constants, attributes, outputPermutation };
}
