import { float32ToFloat16 } from '../../../src/training/weights/float16.js';
import { integer } from '../graph/attributes.js';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { addInitializer, addNode } from '../graph/graph-builder.js';
import { ONNX_DATA_TYPE } from '../writer/data-type.js';
import { FLOAT16_MAX } from './float16-weights.js';

/** Operands that ONNX wants in float32 whatever the others are: how far `Resize` enlarges. */
const FLOAT32_OPERANDS: Readonly<Record<string, readonly number[]>> = { Resize: [1, 2] };

/**
 * Makes the whole graph compute in half precision. Inputs and outputs stay float32, with a `Cast` at each end. Weights
 * beyond the range of half precision are cut to it. Worth it on GPUs alone: processors widen each step.
 */
export function computeInFloat16(graph: Graph): void {
  const halves = new Map<Value, Value>();
  for (const node of graph.nodes) halveOutputs(graph, node, halves);
  const halfOf = (value: Value): Value => {
    const half = halves.get(value) ?? (value.dataType === 'float32' ? narrowed(graph, value) : value);
    halves.set(value, half);
    return half;
  };
  for (const node of [...graph.nodes]) {
    node.inputs = node.inputs.map((input, index) =>
      input === null || FLOAT32_OPERANDS[node.op]?.includes(index) ? input : halfOf(input),
    );
  }
  for (const output of graph.outputs) widenInto(graph, output, halves.get(output));
  const read = new Set(graph.nodes.flatMap((node) => node.inputs));
  for (const value of graph.initializers.keys()) if (!read.has(value)) graph.initializers.delete(value);
}

/** Gives the node outputs of half precision in place of those of float32. */
function halveOutputs(graph: Graph, node: GraphNode, halves: Map<Value, Value>): void {
  node.outputs = node.outputs.map((output) => {
    if (output.dataType !== 'float32') return output;
    const isGraphOutput = graph.outputs.includes(output);
    const half: Value = {
      name: isGraphOutput ? graph.uniqueName(`${output.name}/fp16`) : output.name,
      dataType: 'float16',
      shape: output.shape,
    };
    halves.set(output, half);
    return half;
  });
  if (node.op === 'Cast' && integer(node.attributes, 'to') === ONNX_DATA_TYPE.float32) {
    node.attributes = { ...node.attributes, to: ONNX_DATA_TYPE.float16 };
  }
}

/** The half-precision form of a constant, or of a graph's input. */
function narrowed(graph: Graph, value: Value): Value {
  const constant = graph.constant(value);
  if (constant?.data instanceof Float32Array) {
    const cut = constant.data.map((number) => Math.max(-FLOAT16_MAX, Math.min(FLOAT16_MAX, number)));
    return addInitializer(graph, `${value.name}/fp16`, {
      shape: constant.shape,
      data: float32ToFloat16(cut),
    });
  }
  const { outputs } = addNode(graph, `${value.name}/Cast`, 'Cast', [value], 1, {
    attributes: { to: ONNX_DATA_TYPE.float16 },
    dataType: 'float16',
    ...(value.shape === undefined ? {} : { shape: value.shape }),
  });
  return outputs[0] ?? value;
}

function widenInto(graph: Graph, output: Value, half: Value | undefined): void {
  if (half === undefined) return;
  graph.nodes.push({
    name: graph.uniqueName(`${output.name}/Cast`),
    op: 'Cast',
    domain: '',
    inputs: [half],
    outputs: [output],
    attributes: { to: ONNX_DATA_TYPE.float32 },
  });
}
