import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import type { ConvertOptions, InputOption, Layout, OutputOption } from './convert-options.js';
import { type Dimension, Graph, type Shape, type Value } from './graph/graph.js';
import { addNode } from './graph/graph-builder.js';
import { channelsFirst, channelsLast, permute } from './graph/permutation.js';
import type { LayerHandler } from './handler.js';
import { type LayerCall, listLayerCalls, type TensorSlot } from './layer-calls.js';
import { GraphLayerContext } from './layer-context.js';
import { selectHandlers } from './select-handlers.js';

/** A layer call with the values that stand for its tensors, in TF.js's layout. */
export interface TracedCall extends Pick<LayerCall, 'path' | 'layer' | 'callArguments'> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** A model's graph before any pass, with the origin of its values. */
export interface ModelTrace {
  readonly graph: Graph;
  readonly calls: readonly TracedCall[];
  /** The model's inputs and outputs in TF.js's layout, in the model's order. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** The layouts in which the graph takes and gives them. */
  readonly inputLayouts: readonly Layout[];
  readonly outputLayouts: readonly Layout[];
}

/** Builds the graph of a model, one layer call after the other. */
export function traceModel(
  model: tf.LayersModel,
  options: Pick<ConvertOptions, 'inputs' | 'outputs'> & { handlers: readonly LayerHandler[] },
): ModelTrace {
  const { inputs, calls, outputs } = listLayerCalls(model);
  const handlers = selectHandlers(calls, options.handlers);
  const inputOptions: readonly InputOption[] =
    options.inputs ?? model.inputs.map(({ sourceLayer }) => ({ name: sourceLayer.name }));
  const outputOptions = options.outputs ?? defaultOutputs(model, inputOptions);
  checkPorts(inputOptions, inputs.length, outputOptions, outputs.length);

  const graph = new Graph();
  const values = new Map<TensorSlot, Value>();
  for (const { name } of [...inputOptions, ...outputOptions]) graph.uniqueName(name);
  inputs.forEach((slot, index) => {
    const option = inputOptions[index];
    if (option !== undefined) values.set(slot, addInput(graph, slot, option));
  });
  const batch = graph.inputs[0]?.shape?.[0] ?? null;

  const lookUp = (slot: TensorSlot): Value => {
    const value = values.get(slot);
    if (value === undefined) throw new RangeError('A layer call came before the calls that it depends on.');
    return value;
  };
  const traced = calls.map((call): TracedCall => {
    const context = new GraphLayerContext(graph, call, call.inputs.map(lookUp));
    const emitted = handlers.get(call)?.emit(context) ?? [];
    const callOutputs = isList(emitted) ? emitted : [emitted];
    if (callOutputs.length !== call.outputs.length) {
      throw context.unsupported(
        `its handler returned ${callOutputs.length} values for ${call.outputs.length} outputs`,
      );
    }
    call.outputs.forEach((slot, index) => {
      const value = callOutputs[index];
      if (value === undefined) return;
      value.shape = mergeShapes(slot.shape, value.shape, batch);
      values.set(slot, value);
    });
    return { ...call, inputs: context.inputs, outputs: callOutputs };
  });

  outputs.forEach((slot, index) => {
    const option = outputOptions[index];
    if (option !== undefined) addOutput(graph, lookUp(slot), option);
  });
  return {
    graph,
    calls: traced,
    inputs: inputs.map(lookUp),
    outputs: outputs.map(lookUp),
    inputLayouts: inputOptions.map(({ layout = 'nhwc' }) => layout),
    outputLayouts: outputOptions.map(({ layout = 'nhwc' }) => layout),
  };
}

/** Adds a graph input and returns its value in TF.js's layout. */
function addInput(graph: Graph, slot: TensorSlot, option: InputOption): Value {
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
function addOutput(graph: Graph, value: Value, option: OutputOption): void {
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

/** What TF.js knows of a shape, completed by what the graph knows and by the name of the batch size. */
function mergeShapes(known: Shape, inferred: Shape | undefined, batch: Dimension): Shape {
  const usable = inferred?.length === known.length ? inferred : undefined;
  return known.map((size, axis) => size ?? usable?.[axis] ?? (axis === 0 ? batch : null));
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

function checkPorts(
  inputs: readonly InputOption[],
  inputCount: number,
  outputs: readonly OutputOption[],
  outputCount: number,
): void {
  if (inputs.length !== inputCount || outputs.length !== outputCount) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected names for ${inputCount} inputs and ${outputCount} outputs, received ${inputs.length} and ${outputs.length}.`,
      { hint: 'Give one entry for each, in the order of model.inputs and model.outputs.' },
    );
  }
  const names = [...inputs, ...outputs].map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected a name of its own for every input and output, received "${repeated}" twice.`,
    );
  }
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

function isList(emitted: Value | readonly Value[]): emitted is readonly Value[] {
  return Array.isArray(emitted);
}
