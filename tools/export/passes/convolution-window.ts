import { integer, integers } from '../graph/attributes.js';
import type { Graph, GraphNode } from '../graph/graph.js';
import type { TensorData } from '../graph/tensor-data.js';

/** A `Conv` over images that leaves height and width as they are: odd kernel, stride 1, zeros all around. */
export interface SameConvolution {
  readonly node: GraphNode;
  /** `[out, in, size, size]` */
  readonly weights: TensorData<Float32Array>;
  /** Side of the kernel. */
  readonly size: number;
}

/** The node as such a convolution, not in groups, with weights that are known; undefined where it is another. */
export function sameConvolution(graph: Graph, node: GraphNode): SameConvolution | undefined {
  if (node.op !== 'Conv' || node.domain !== '' || (integer(node.attributes, 'group') ?? 1) !== 1)
    return undefined;
  const weights = graph.constant(node.inputs[1]);
  if (weights === undefined || weights.shape.length !== 4 || !isFloat32(weights)) return undefined;
  const [, , height = 0, width = 0] = weights.shape;
  if (height !== width || height % 2 === 0 || !isDense(node)) return undefined;
  return keepsSize(node, height) ? { node, weights, size: height } : undefined;
}

function isFloat32(tensor: TensorData): tensor is TensorData<Float32Array> {
  return tensor.data instanceof Float32Array;
}

function isDense({ attributes }: GraphNode): boolean {
  return ['strides', 'dilations'].every((name) =>
    (integers(attributes, name) ?? []).every((step) => step === 1),
  );
}

function keepsSize({ attributes }: GraphNode, size: number): boolean {
  const automatic = attributes.auto_pad ?? 'NOTSET';
  if (automatic === 'SAME_UPPER' || automatic === 'SAME_LOWER') return true;
  if (automatic === 'VALID') return size === 1;
  const pads = integers(attributes, 'pads') ?? [0, 0, 0, 0];
  return pads.every((pad) => pad === (size - 1) / 2);
}
