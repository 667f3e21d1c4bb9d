import { type AttributeValue, isFloat } from '../graph/attributes.js';
import type { Graph, GraphNode } from '../graph/graph.js';
import { addInitializer } from '../graph/graph-builder.js';
import type { TensorData } from '../graph/tensor-data.js';
import type { GraphPass } from './pass.js';

/** ONNX's default, where a node does not say. */
const DEFAULT_EPSILON = 1e-5;

/** The operators whose weights can take the factor of a normalisation, and the axis of their output channels there. */
const CHANNEL_AXIS: Readonly<Record<string, number>> = { Conv: 0, ConvTranspose: 1, Gemm: 1 };

/**
 * Works a `BatchNormalization` into the weights and the bias of the convolution or product before it: with fixed
 * statistics it is a factor and a shift for each channel.
 */
export const foldBatchNormalization: GraphPass = {
  name: 'fold-batch-normalization',
  run: (graph) => {
    let changed = false;
    for (const node of graph.nodes.filter(({ op }) => op === 'BatchNormalization')) {
      const [input] = node.inputs;
      const before = input === null || input === undefined ? undefined : graph.producerOf(input);
      const scaling = channelScaling(graph, node);
      if (input === null || input === undefined || before === undefined || scaling === undefined) continue;
      if (graph.useCount(input) !== 1 || !canTakeFactor(before)) continue;
      if (!applyScaling(graph, before, scaling)) continue;
      before.outputs = [...node.outputs];
      graph.remove(node);
      changed = true;
    }
    return changed;
  },
};

/** What a normalisation does to each channel: `factor · x + shift`. */
interface ChannelScaling {
  readonly factor: Float64Array;
  readonly shift: Float64Array;
}

function channelScaling(graph: Graph, node: GraphNode): ChannelScaling | undefined {
  const [gamma, beta, mean, variance] = node.inputs.slice(1, 5).map((input) => graph.constant(input)?.data);
  if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined)
    return undefined;
  const epsilon = floatOr(node.attributes.epsilon, DEFAULT_EPSILON);
  const at = (data: TensorData['data'], channel: number) => Number(data[channel]);
  const channels = { length: gamma.length };
  const factor = Float64Array.from(channels, (_, c) => at(gamma, c) / Math.sqrt(at(variance, c) + epsilon));
  const shift = Float64Array.from(channels, (_, c) => at(beta, c) - at(mean, c) * (factor[c] ?? 0));
  return { factor, shift };
}

function canTakeFactor({ op, attributes }: GraphNode): boolean {
  if (op === 'Gemm') {
    return floatOr(attributes.alpha, 1) === 1 && floatOr(attributes.beta, 1) === 1 && !attributes.transB;
  }
  // A transposed convolution in groups has its output channels split over two axes.
  return op === 'Conv' || (op === 'ConvTranspose' && (attributes.group ?? 1) === 1);
}

/** Multiplies the weights by the factors and gives the node a bias of its own; false where they are not constants. */
function applyScaling(graph: Graph, node: GraphNode, { factor, shift }: ChannelScaling): boolean {
  const [, oldWeights, oldBias] = node.inputs;
  const { shape = [], data } = graph.constant(oldWeights) ?? {};
  const bias = graph.constant(oldBias)?.data;
  const axis = CHANNEL_AXIS[node.op];
  if (!(data instanceof Float32Array) || axis === undefined || shape[axis] !== factor.length) return false;
  if (oldBias !== null && oldBias !== undefined && bias?.length !== factor.length) return false;

  // New initialisers, since another node may share the old ones.
  const scaled = { shape, data: scaleAlong(shape, data, axis, factor) };
  const shifted = Float32Array.from(
    shift,
    (value, channel) => Number(bias?.[channel] ?? 0) * (factor[channel] ?? 0) + value,
  );
  node.inputs = [
    node.inputs[0] ?? null,
    addInitializer(graph, `${node.name}/weights`, scaled),
    addInitializer(graph, `${node.name}/bias`, { shape: [shifted.length], data: shifted }),
  ];
  graph.dropUnused([oldWeights, oldBias]);
  return true;
}

function scaleAlong(
  shape: readonly number[],
  data: Float32Array,
  axis: number,
  factor: Float64Array,
): Float32Array {
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return data.map((value, index) => value * (factor[Math.floor(index / inner) % factor.length] ?? 1));
}

function floatOr(value: AttributeValue | undefined, fallback: number): number {
  return value !== undefined && isFloat(value) ? value.float : fallback;
}
