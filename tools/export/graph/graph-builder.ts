import type { Attributes } from './attributes.js';
import type { Graph, GraphNode, Shape, Value } from './graph.js';
import { inferDataType, inferShape } from './infer-value.js';
import { type DataType, dataTypeOf, type TensorData } from './tensor-data.js';

export interface NodeOptions {
  attributes?: Attributes;
  /** Operator set, for operators that are not ONNX's own. @default '' */
  domain?: string;
  /** Element type of the outputs. @default what the ONNX specification says, mostly that of the first input */
  dataType?: DataType;
  /** Shape of the first output, where it is known and not plain from the operator. */
  shape?: Shape;
}

/** The value for an initialiser with these numbers, added to the graph under a name like `name`. */
export function addInitializer(graph: Graph, name: string, tensor: TensorData): Value {
  const value: Value = {
    name: graph.uniqueName(name),
    dataType: dataTypeOf(tensor.data),
    shape: [...tensor.shape],
  };
  graph.initializers.set(value, tensor);
  return value;
}

/** Adds a node called like `name` with `outputCount` new values as its outputs. */
export function addNode(
  graph: Graph,
  name: string,
  op: string,
  inputs: readonly (Value | null)[],
  outputCount: number,
  options: NodeOptions = {},
): GraphNode {
  const { attributes = {}, domain = '' } = options;
  const dataType = options.dataType ?? inferDataType(op, inputs);
  const shape = options.shape ?? inferShape(op, inputs, attributes);
  const nodeName = graph.uniqueName(name);
  const outputs = Array.from(
    { length: outputCount },
    (_, index): Value => ({
      name: graph.uniqueName(`${nodeName}:${index}`),
      dataType,
      shape: index === 0 ? shape : undefined,
    }),
  );
  const node: GraphNode = { name: nodeName, op, domain, inputs: [...inputs], outputs, attributes };
  graph.nodes.push(node);
  return node;
}

/** Adds a node of one output, and returns that. */
export function addOperator(
  graph: Graph,
  name: string,
  op: string,
  inputs: readonly (Value | null)[],
  options: NodeOptions = {},
): Value {
  const [output] = addNode(graph, name, op, inputs, 1, options).outputs;
  if (output === undefined) throw new RangeError('Expected a node with an output.');
  return output;
}

/** Puts a node in the place of another: it gives the same values, under the same names. */
export function replaceNode(
  graph: Graph,
  node: GraphNode,
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
): void {
  graph.remove(node);
  const name = graph.uniqueName(`${node.name}/${op}`);
  graph.nodes.push({ name, op, domain: '', inputs: [...inputs], outputs: node.outputs, attributes });
}
