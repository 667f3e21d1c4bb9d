import type * as tf from '@tensorflow/tfjs';
import type { ConvertOptions, Layout } from './convert-options.js';
import { type Dimension, Graph, type Shape, type Value } from './graph/graph.js';
import { addInput, addOutput, choosePorts } from './graph-ports.js';
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
  const ports = choosePorts(model, options);

  const graph = new Graph();
  for (const { name } of [...ports.inputs, ...ports.outputs]) graph.uniqueName(name);
  const values = new Map<TensorSlot, Value>();
  const lookUp = (slot: TensorSlot): Value => {
    const value = values.get(slot);
    if (value === undefined) throw new RangeError('A layer call came before those that it depends on.');
    return value;
  };

  for (const [slot, port] of pairs(inputs, ports.inputs)) values.set(slot, addInput(graph, slot, port));
  const batch = graph.inputs[0]?.shape?.[0] ?? null;
  const traced = pairs(calls, handlers).map(([call, handler]): TracedCall => {
    const context = new GraphLayerContext(graph, call, call.inputs.map(lookUp));
    const callOutputs = emitCall(context, call, handler, batch);
    for (const [slot, value] of pairs(call.outputs, callOutputs)) values.set(slot, value);
    return { ...call, inputs: context.inputs, outputs: callOutputs };
  });
  for (const [slot, port] of pairs(outputs, ports.outputs)) addOutput(graph, lookUp(slot), port);

  return {
    graph,
    calls: traced,
    inputs: inputs.map(lookUp),
    outputs: outputs.map(lookUp),
    inputLayouts: ports.inputs.map(({ layout = 'nhwc' }) => layout),
    outputLayouts: ports.outputs.map(({ layout = 'nhwc' }) => layout),
  };
}

/** Lets the handler write the call, and returns one value for each of its outputs, its shape as far as it is known. */
function emitCall(
  context: GraphLayerContext,
  call: LayerCall,
  handler: LayerHandler,
  batch: Dimension,
): readonly Value[] {
  const emitted = handler.emit(context);
  const values = isList(emitted) ? emitted : [emitted];
  if (values.length !== call.outputs.length) {
    throw context.unsupported(
      `its handler returned ${values.length} values for ${call.outputs.length} outputs`,
    );
  }
  for (const [slot, value] of pairs(call.outputs, values)) {
    value.shape = mergeShapes(slot.shape, value.shape, batch);
  }
  return values;
}

/** What TF.js knows of a shape, completed by what the graph knows and by the name of the batch size. */
function mergeShapes(known: Shape, inferred: Shape | undefined, batch: Dimension): Shape {
  const usable = inferred?.length === known.length ? inferred : undefined;
  return known.map((size, axis) => size ?? usable?.[axis] ?? (axis === 0 ? batch : null));
}

/** The entries of two lists side by side, as many as the shorter one has. */
function pairs<Left, Right>(left: readonly Left[], right: readonly Right[]): [Left, Right][] {
  return left.flatMap((entry, index) => {
    const other = right[index];
    return other === undefined ? [] : [[entry, other] satisfies [Left, Right]];
  });
}

function isList(emitted: Value | readonly Value[]): emitted is readonly Value[] {
  return Array.isArray(emitted);
}
