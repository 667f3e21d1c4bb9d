import { integer } from '../graph/attributes.js';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { sizeOf, type TensorData } from '../graph/tensor-data.js';
import { isLarge, replaceWeight } from './replace-weight.js';

/** The largest magnitude of an int8 that has its negative. */
const MAX_LEVEL = 127;

/**
 * Stores large weights as int8 with a scale for each output channel, symmetric around zero, and a `DequantizeLinear`
 * (opset 13) behind each: kernels of convolutions, matrices, the tables of embeddings, the gates of recurrent layers.
 * Activations, biases and other small tensors stay float32. Integer arithmetic is not used, so what the weights
 * lose by rounding is all that changes.
 */
export function storeWeightsAsInt8(graph: Graph): void {
  for (const [weight, axis] of channelAxes(graph)) {
    const tensor = graph.constant(weight);
    if (tensor === undefined || !(tensor.data instanceof Float32Array) || !isLarge(tensor.data)) continue;
    const stored = quantize({ shape: tensor.shape, data: tensor.data }, axis);
    replaceWeight(graph, weight, { op: 'DequantizeLinear', stored, attributes: { axis } });
  }
}

/** Which input of an operator holds weights, and which of their axes counts the channels that they make. */
type Operand = readonly [input: number, axis: number];

/** `[directions, gates · units, inputs]`: the directions share scales, since those go along one axis. */
const GATES: readonly Operand[] = [
  [1, 1],
  [2, 1],
];

const OPERANDS: Readonly<Record<string, (node: GraphNode) => readonly Operand[]>> = {
  Conv: () => [[1, 0]],
  ConvTranspose: () => [[1, 1]],
  Gemm: ({ attributes }) => [
    [0, integer(attributes, 'transA') === 1 ? 1 : 0],
    [1, integer(attributes, 'transB') === 1 ? 0 : 1],
  ],
  MatMul: () => [
    [0, -2],
    [1, -1],
  ],
  // A row of the table is what comes out.
  Gather: ({ attributes }) => ((integer(attributes, 'axis') ?? 0) === 0 ? [[0, 0]] : []),
  LSTM: () => GATES,
  GRU: () => GATES,
  RNN: () => GATES,
};

/** The constants of rank 2 and more that nodes take for weights, with the axis of their channels. */
function channelAxes(graph: Graph): Map<Value, number> {
  const axes = new Map<Value, number>();
  for (const node of graph.nodes) {
    if (node.domain !== '') continue;
    for (const [input, axis] of OPERANDS[node.op]?.(node) ?? []) {
      const weight = node.inputs[input] ?? undefined;
      const rank = graph.constant(weight)?.shape.length ?? 0;
      if (weight !== undefined && rank >= 2) axes.set(weight, axis < 0 ? axis + rank : axis);
    }
  }
  return axes;
}

/** Levels from -127 to 127, and the scale of each channel. */
function quantize({ shape, data }: TensorData<Float32Array>, axis: number): [TensorData, TensorData] {
  const channels = shape[axis] ?? 1;
  const stride = sizeOf(shape.slice(axis + 1));
  const scales = new Float32Array(channels);
  for (let index = 0; index < data.length; index++) {
    const channel = Math.floor(index / stride) % channels;
    scales[channel] = Math.max(scales[channel] ?? 0, Math.abs(data[index] ?? 0) / MAX_LEVEL);
  }
  // A channel of zeros has no scale of its own, and 0 is not allowed.
  const usable = scales.map((scale) => (scale > 0 ? scale : 1));
  const levels = new Int8Array(data.length);
  for (let index = 0; index < data.length; index++) {
    const scale = usable[Math.floor(index / stride) % channels] ?? 1;
    const level = Math.round((data[index] ?? 0) / scale);
    // Scales are rounded to float32, so the largest number may come out beyond the last level.
    levels[index] = Math.max(-MAX_LEVEL, Math.min(MAX_LEVEL, level));
  }
  return [
    { shape, data: levels },
    { shape: [channels], data: usable },
  ];
}
