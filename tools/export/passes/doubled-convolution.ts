import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { numbersOf } from '../graph/tensor-data.js';
import { type SameConvolution, sameConvolution } from './convolution-window.js';

/** A map that is doubled by its nearest neighbours, and the 3×3 convolutions that read the result. */
export interface DoubledConvolutions {
  /** The name of the node that doubles. */
  readonly name: string;
  /** The map before it is doubled. */
  readonly source: Value;
  readonly convolutions: readonly SameConvolution[];
}

/** Products of channels and filters below which sums and copies cost what fewer multiplications save. */
const LEAST_KERNELS = 128;

/** All such maps of a graph whose convolutions are worth computing before. */
export function doubledConvolutions(graph: Graph): DoubledConvolutions[] {
  return graph.nodes.flatMap((node) => {
    const [source] = node.inputs;
    const [doubled] = node.outputs;
    if (!isNearestDoubling(graph, node) || source === null || source === undefined || doubled === undefined)
      return [];
    const convolutions = graph.consumersOf(doubled).flatMap((consumer) => {
      const convolution = sameConvolution(graph, consumer);
      return convolution?.size === 3 && isWide(convolution) ? [convolution] : [];
    });
    return convolutions.length === 0 ? [] : [{ name: node.name, source, convolutions }];
  });
}

function isNearestDoubling(graph: Graph, { op, inputs, attributes }: GraphNode): boolean {
  const scales = graph.constant(inputs[2]);
  return (
    op === 'Resize' &&
    scales !== undefined &&
    numbersOf(scales).join() === '1,1,2,2' &&
    attributes.mode === 'nearest' &&
    attributes.coordinate_transformation_mode === 'asymmetric' &&
    attributes.nearest_mode === 'floor'
  );
}

function isWide({ weights: { shape } }: SameConvolution): boolean {
  const [filters = 0, channels = 0] = shape;
  return filters * channels >= LEAST_KERNELS;
}
