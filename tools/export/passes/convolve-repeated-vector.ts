import { integer } from '../graph/attributes.js';
import type { Graph, Value } from '../graph/graph.js';
import { addInitializer, addOperator, type NodeOptions, replaceNode } from '../graph/graph-builder.js';
import { int64Vector, numbersOf, type TensorData } from '../graph/tensor-data.js';
import { type SameConvolution, sameConvolution } from './convolution-window.js';
import type { GraphPass } from './pass.js';

/**
 * Convolves a vector that is repeated at every place of a map, such as a condition, on a map as small as the kernel:
 * the result differs only where the window reaches over a border. The convolution of such a vector beside other
 * channels becomes the sum of two.
 */
export const convolveRepeatedVector: GraphPass = {
  name: 'convolve-repeated-vector',
  waits: true,
  run: (graph) => {
    let changed = false;
    for (const node of [...graph.nodes]) {
      const convolution = sameConvolution(graph, node);
      if (convolution === undefined || convolution.size === 1) continue;
      const parts = joinedParts(graph, convolution);
      const repeated = parts.find(({ repeated }) => repeated !== undefined && isLarge(repeated, convolution));
      if (repeated?.repeated === undefined) continue;
      const others = parts.filter((part) => part !== repeated);
      rewrite(graph, convolution, { ...repeated, repeated: repeated.repeated }, others);
      changed = true;
    }
    return changed;
  },
};

/** A vector, `[batch, channels, 1, 1]`, at every place of a map. */
interface RepeatedVector {
  readonly vector: Value;
  readonly height: number;
  readonly width: number;
}

/** One of the maps whose channels the convolution reads side by side: those from `from` on. */
interface Part {
  readonly map: Value;
  readonly from: number;
  readonly channels: number;
  readonly repeated: RepeatedVector | undefined;
}

/** The maps that the convolution reads; none where the number of channels of one is not known. */
function joinedParts(graph: Graph, { node }: SameConvolution): Part[] {
  const [input] = node.inputs;
  if (input === null || input === undefined) return [];
  const producer = graph.producerOf(input);
  const isConcat = producer?.op === 'Concat' && integer(producer.attributes, 'axis') === 1;
  const maps = isConcat ? producer.inputs : [input];
  const parts: Part[] = [];
  let from = 0;
  for (const map of maps) {
    const channels = map?.shape?.[1];
    if (map === null || typeof channels !== 'number') return [];
    parts.push({ map, from, channels, repeated: repeatedVector(graph, map) });
    from += channels;
  }
  return parts;
}

function repeatedVector(graph: Graph, map: Value): RepeatedVector | undefined {
  const node = graph.producerOf(map);
  const [vector] = node?.inputs ?? [];
  const size = graph.constant(node?.inputs[1]);
  if (node?.op !== 'Expand' || vector?.shape?.length !== 4 || size === undefined) return undefined;
  const [batch, channels, height = 0, width = 0] = numbersOf(size);
  const [, , ...places] = vector.shape;
  const isPoint = batch === 1 && channels === 1 && places.every((place) => place === 1);
  return isPoint ? { vector, height, width } : undefined;
}

/** Whether the map has a place whose window reaches over no border. */
function isLarge({ height, width }: RepeatedVector, { size }: SameConvolution): boolean {
  return height >= size && width >= size && height * width > size * size;
}

function rewrite(
  graph: Graph,
  { node, weights, size }: SameConvolution,
  part: Part & { repeated: RepeatedVector },
  others: readonly Part[],
): void {
  const { vector, height, width } = part.repeated;
  const [filters = 0] = weights.shape;
  const batch = vector.shape?.[0] ?? null;
  const add = (op: string, inputs: readonly Value[], options: NodeOptions) =>
    addOperator(graph, `${node.name}/${op}`, op, inputs, options);
  const constant = (tensor: TensorData, name: string) =>
    addInitializer(graph, `${node.name}/${name}`, tensor);
  const kernel = (channels: readonly Part[]) => constant(columnsOf(weights, channels), 'weights');
  const [, , bias] = node.inputs;
  const biases = bias === null || bias === undefined ? [] : [bias];

  const square = constant(int64Vector([1, 1, size, size]), 'size');
  const small = add('Expand', [vector, square], { shape: [batch, part.channels, size, size] });
  const result = add('Conv', [small, kernel([part]), ...(others.length > 0 ? [] : biases)], {
    attributes: node.attributes,
    shape: [batch, filters, size, size],
  });
  const wide = add('Gather', [result, constant(repeatMiddle(size, width), 'columns')], {
    attributes: { axis: 3 },
    shape: [batch, filters, size, width],
  });
  const rows = constant(repeatMiddle(size, height), 'rows');
  const shape = [batch, filters, height, width];
  if (others.length === 0) {
    replaceNode(graph, node, 'Gather', [wide, rows], { axis: 2 });
    return;
  }
  const full = add('Gather', [wide, rows], { attributes: { axis: 2 }, shape });
  const maps = others.map(({ map }) => map);
  const channels = others.reduce((sum, other) => sum + other.channels, 0);
  const [only] = maps;
  const joined =
    maps.length === 1 && only !== undefined
      ? only
      : add('Concat', maps, { attributes: { axis: 1 }, shape: [batch, channels, height, width] });
  const convolved = add('Conv', [joined, kernel(others), ...biases], { attributes: node.attributes, shape });
  replaceNode(graph, node, 'Add', [convolved, full], {});
}

/** The kernel's columns for these channels: `[filters, channels, size, size]`. */
function columnsOf({ shape, data }: TensorData<Float32Array>, parts: readonly Part[]): TensorData {
  const [filters = 0, all = 0, ...window] = shape;
  const places = data.length / (filters * all);
  const channels = parts.reduce((sum, part) => sum + part.channels, 0);
  const columns = new Float32Array(filters * channels * places);
  let target = 0;
  for (let filter = 0; filter < filters; filter++) {
    for (const part of parts) {
      const start = (filter * all + part.from) * places;
      columns.set(data.subarray(start, start + part.channels * places), target);
      target += part.channels * places;
    }
  }
  return { shape: [filters, channels, ...window], data: columns };
}

/** For each place of a line of `length`, which of `size` has the same window: the middle one again and again. */
function repeatMiddle(size: number, length: number): TensorData {
  const border = (size - 1) / 2;
  const place = (index: number) => {
    if (index < border) return index;
    return index < length - border ? border : index - length + size;
  };
  return int64Vector(Array.from({ length }, (_, index) => place(index)));
}
