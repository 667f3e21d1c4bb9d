import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import type { ConvertOptions, InputOption, OutputOption } from './convert-options.js';
import type { Graph, Shape, Value } from './graph/graph.js';
import { addNode } from './graph/graph-builder.js';
import { channelsFirst, channelsLast, permute } from './graph/permutation.js';
import type { TensorSlot } from './layer-calls.js';

/** How the graph's inputs and outputs are to be, in the model's order. */
export interface Ports {
  readonly inputs: readonly InputOption[];
  readonly outputs: readonly OutputOption[];
}

/** The caller's options, or the names of the layers. Throws `INVALID_OPTION` where they do not fit the model. */
export function choosePorts(
  model: tf.LayersModel,
  options: Pick<ConvertOptions, 'inputs' | 'outputs'>,
): Ports {
  const inputs = options.inputs ?? model.inputs.map(({ sourceLayer }) => ({ name: sourceLayer.name }));
  const outputs = options.outputs ?? defaultOutputs(model, inputs);
  checkCount('inputs', inputs.length, model.inputs.length);
  checkCount('outputs', outputs.length, model.outputs.length);
  const names = [...inputs, ...outputs].map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return { inputs, outputs };
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected a name of its own for every input and output, received "${repeated}" twice.`,
  );
}

/** Adds a graph input and returns its value in TF.js's layout. */
export function addInput(graph: Graph, slot: TensorSlot, option: InputOption): Value {
  const { name, layout = 'nhwc' } = option;
  const rank = slot.shape.length;
  const isChannelsFirst = layout === 'nchw';
  if (isChannelsFirst) checkLayoutRank(name, rank);
  const modelShape = isChannelsFirst ? permute(slot.shape, channelsFirst(rank)) : slot.shape;
  const dims =
    option.dims ?? modelShape.map((size, axis) => size ?? (axis === 0 ? 'batch' : `${name}_${axis}`));
  checkDims(name, dims, modelShape);
  const value: Value = { name, dataType: slot.dataType, shape: dims };
  graph.inputs.push(value);
  if (!isChannelsFirst) return value;
  return firstOutput(
    addNode(graph, `${name}/nhwc`, 'Transpose', [value], 1, { attributes: { perm: channelsLast(rank) } }),
  );
}

/** Adds a graph output that gives `value` under the name and in the layout asked for. */
export function addOutput(graph: Graph, value: Value, option: OutputOption): void {
  const { name, layout = 'nhwc' } = option;
  const rank = value.shape?.length ?? 0;
  let source = value;
  if (layout === 'nchw') {
    checkLayoutRank(name, rank);
    source = firstOutput(
      addNode(graph, `${name}/nchw`, 'Transpose', [value], 1, { attributes: { perm: channelsFirst(rank) } }),
    );
  }
  if (option.dims !== undefined) checkDims(name, option.dims, source.shape ?? []);
  const output: Value = { name, dataType: source.dataType, shape: option.dims ?? source.shape };
  graph.outputs.push(output);
  // An output needs a value of its own, even if it is also read inside or is itself an input.
  graph.nodes.push({
    name: graph.uniqueName(`${name}/Identity`),
    op: 'Identity',
    domain: '',
    inputs: [source],
    outputs: [output],
    attributes: {},
  });
}

function defaultOutputs(model: tf.LayersModel, inputs: readonly InputOption[]): OutputOption[] {
  const taken = new Set(inputs.map(({ name }) => name));
  return model.outputs.map(({ sourceLayer }) => {
    let { name } = sourceLayer;
    for (let suffix = 1; taken.has(name); suffix++) name = `${sourceLayer.name}_${suffix}`;
    taken.add(name);
    return { name };
  });
}

function checkCount(option: 'inputs' | 'outputs', received: number, expected: number): void {
  if (received === expected) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected one entry of "${option}" for each of the model's ${expected}, received ${received}.`,
    { hint: `Give them in the order of model.${option}.` },
  );
}

function checkDims(name: string, dims: Shape, modelShape: Shape): void {
  const fits =
    dims.length === modelShape.length &&
    dims.every((size, axis) => typeof modelShape[axis] !== 'number' || size === modelShape[axis]);
  if (fits) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected dims of "${name}" that fit [${modelShape.map((size) => size ?? '?').join(', ')}], received [${dims.join(', ')}].`,
    { hint: 'A free size may be given a name; a fixed one must stay as it is.' },
  );
}

function checkLayoutRank(name: string, rank: number): void {
  if (rank >= 3) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected "${name}" to have channels and places for layout "nchw", but its rank is ${rank}.`,
  );
}

function firstOutput({ outputs }: { outputs: readonly Value[] }): Value {
  const [output] = outputs;
  if (output === undefined) throw new RangeError('Expected a node with an output.');
  return output;
}
