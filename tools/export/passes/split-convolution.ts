import { integer } from '../graph/attributes.js';
import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { addInitializer } from '../graph/graph-builder.js';
import { numbersOf, type TensorData } from '../graph/tensor-data.js';
import type { GraphPass } from './pass.js';

/**
 * Makes a convolution whose channels are cut apart at once several convolutions, one for each part. A gated linear unit
 * thus becomes two, value and gate: nothing is copied, and runtimes work the sigmoid into the second.
 */
export const splitConvolution: GraphPass = {
  name: 'split-convolution',
  waits: true,
  run: (graph) => {
    let changed = false;
    for (const node of graph.nodes.filter(({ op }) => op === 'Conv')) {
      const parts = partsOf(graph, node);
      if (parts === undefined || !isWorthIt(graph, node, parts)) continue;
      for (const part of parts) {
        graph.remove(part.cut);
        addPart(graph, node, part);
      }
      graph.remove(node);
      graph.dropUnused(node.inputs);
      changed = true;
    }
    return changed;
  },
};

/** Channels `from` up to `to`, which the node `cut` gives as `output`. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly cut: GraphNode;
  readonly output: Value;
}

/** What the output is cut into; undefined where it is used in any other way. */
function partsOf(graph: Graph, node: GraphNode): Part[] | undefined {
  const [output] = node.outputs;
  const channels = graph.constant(node.inputs[1])?.shape[0];
  if (output === undefined || channels === undefined || graph.outputs.includes(output)) return undefined;
  const parts = graph.consumersOf(output).map((cut) => partsOfCut(graph, cut, channels));
  const known = parts.filter((some) => some !== undefined);
  return known.length === parts.length && known.length > 0 ? known.flat() : undefined;
}

function partsOfCut(graph: Graph, cut: GraphNode, channels: number): Part[] | undefined {
  if (cut.op === 'Split') return partsOfSplit(graph, cut, channels);
  return cut.op === 'Slice' ? partsOfSlice(graph, cut, channels) : undefined;
}

function partsOfSlice(graph: Graph, cut: GraphNode, channels: number): Part[] | undefined {
  const [output] = cut.outputs;
  const [start, end, axis, step = 1] = cut.inputs.slice(1).map((input) => onlyNumber(graph, input));
  if (output === undefined || start === undefined || end === undefined || axis !== 1 || step !== 1) {
    return undefined;
  }
  const place = (index: number) => Math.min(Math.max(index < 0 ? index + channels : index, 0), channels);
  const [from, to] = [place(start), place(end)];
  return to > from ? [{ from, to, cut, output }] : undefined;
}

/** Parts of given sizes, or as many equal ones as there are outputs. */
function partsOfSplit(graph: Graph, cut: GraphNode, channels: number): Part[] | undefined {
  const given = graph.constant(cut.inputs[1]);
  const equal = channels / cut.outputs.length;
  if (integer(cut.attributes, 'axis') !== 1 || (given === undefined && !Number.isInteger(equal)))
    return undefined;
  const sizes = given === undefined ? cut.outputs.map(() => equal) : numbersOf(given);
  let from = 0;
  return cut.outputs.map((output, index) => {
    const part = { from, to: from + (sizes[index] ?? 0), cut, output };
    from = part.to;
    return part;
  });
}

function onlyNumber(graph: Graph, input: Value | null): number | undefined {
  const constant = graph.constant(input);
  const numbers = constant === undefined ? [] : numbersOf(constant);
  return numbers.length === 1 ? numbers[0] : undefined;
}

/** Weights must be known, and no channel computed twice. */
function isWorthIt(graph: Graph, node: GraphNode, parts: readonly Part[]): boolean {
  if ((integer(node.attributes, 'group') ?? 1) !== 1) return false;
  if (!(graph.constant(node.inputs[1])?.data instanceof Float32Array)) return false;
  const bias = node.inputs[2];
  if (bias !== null && bias !== undefined && graph.constant(bias) === undefined) return false;
  const sorted = parts.toSorted((a, b) => a.from - b.from);
  return sorted.every(({ from }, index) => from >= (sorted[index - 1]?.to ?? 0));
}

function addPart(graph: Graph, node: GraphNode, { from, to, output }: Part): void {
  const rows = (input: Value | null | undefined, name: string) => {
    const tensor = graph.constant(input);
    if (tensor === undefined) return [];
    return [addInitializer(graph, `${node.name}/${name}`, rowsOf(tensor, from, to))];
  };
  graph.nodes.push({
    name: graph.uniqueName(node.name),
    op: 'Conv',
    domain: '',
    inputs: [node.inputs[0] ?? null, ...rows(node.inputs[1], 'weights'), ...rows(node.inputs[2], 'bias')],
    outputs: [output],
    attributes: node.attributes,
  });
}

function rowsOf({ shape: [rows = 1, ...rest], data }: TensorData, from: number, to: number): TensorData {
  const size = data.length / rows;
  return { shape: [to - from, ...rest], data: data.slice(from * size, to * size) };
}
