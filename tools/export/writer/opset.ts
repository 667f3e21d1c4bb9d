import { WordbrushError } from '../../../src/sdk/errors.js';
import { integers } from '../graph/attributes.js';
import type { Graph, GraphNode } from '../graph/graph.js';
import { addInitializer } from '../graph/graph-builder.js';
import { int64Vector } from '../graph/tensor-data.js';

/** The first opset with LayerNormalization; ONNX Runtime has it since 1.12, in Node and in browsers. */
export const DEFAULT_OPSET = 17;

/** DequantizeLinear by channel and the present forms of Squeeze, Unsqueeze and ReduceSum came with this. */
export const OLDEST_OPSET = 13;

export const NEWEST_OPSET = 22;

/** The oldest file format that may hold each opset, so that every runtime that knows the opset reads the file. */
export function irVersionOf(opset: number): number {
  if (opset <= 14) return 7;
  if (opset <= 18) return 8;
  return opset <= 20 ? 9 : 10;
}

/** Operators younger than the oldest opset, with the opset that brought them. */
const SINCE: Readonly<Record<string, number>> = {
  HardSwish: 14,
  Trilu: 14,
  Bernoulli: 15,
  GridSample: 16,
  LayerNormalization: 17,
  BitwiseAnd: 18,
  CenterCropPad: 18,
  Mish: 18,
  Gelu: 20,
  GroupNormalization: 21,
};

/** Reductions whose axes were an attribute before opset 18 and are an input since. ReduceSum changed at 13. */
const REDUCTIONS: ReadonlySet<string> = new Set([
  ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'],
  ...['ReduceProd', 'ReduceSumSquare'],
]);

/**
 * Rewrites a graph of opset-17 forms, as handlers and passes write them, to those of another opset, in place.
 * Throws `INVALID_OPTION` where that opset does not have an operator yet, by name.
 */
export function changeOpset(graph: Graph, opset: number): void {
  const tooYoung = graph.nodes.find(({ op, domain }) => domain === '' && (SINCE[op] ?? 0) > opset);
  if (tooYoung !== undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected an opset from ${SINCE[tooYoung.op]} on for ${tooYoung.op} at node "${tooYoung.name}", received ${opset}.`,
      {
        hint: `Leave the opset out: ${DEFAULT_OPSET} runs in every ONNX Runtime since 2022.`,
        details: { opset },
      },
    );
  }
  if (opset < 18) return;
  for (const node of graph.nodes) toOpset18(graph, node);
}

function toOpset18(graph: Graph, node: GraphNode): void {
  if (node.domain !== '') return;
  const axes = integers(node.attributes, 'axes');
  if (REDUCTIONS.has(node.op) && axes !== undefined) {
    const { axes: _, ...attributes } = node.attributes;
    node.attributes = attributes;
    node.inputs = [node.inputs[0] ?? null, addInitializer(graph, `${node.name}/axes`, int64Vector(axes))];
  }
  if (node.op === 'Split' && node.inputs.length < 2) {
    node.attributes = { ...node.attributes, num_outputs: node.outputs.length };
  }
}
