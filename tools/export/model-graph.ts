import type * as tf from '@tensorflow/tfjs';
import type { ConvertOptions, Layout } from './convert-options.js';
import { CallEmitter, pairs, type TracedCall } from './emit-calls.js';
import { Graph, type Value } from './graph/graph.js';
import { addInput, addOutput, choosePorts } from './graph-ports.js';
import type { LayerHandler } from './handler.js';
import { layerCallsOf, listModelCalls } from './layer-calls.js';
import { indexHandlers, requireHandlers } from './select-handlers.js';

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
  const calls = listModelCalls(model);
  const handlers = indexHandlers(options.handlers);
  requireHandlers(layerCallsOf(calls), handlers);
  const ports = choosePorts(model, options);

  const graph = new Graph();
  for (const { name } of [...ports.inputs, ...ports.outputs]) graph.uniqueName(name);
  const inputs = pairs(calls.inputs, ports.inputs).map(([slot, port]) => addInput(graph, slot, port));
  const emitter = new CallEmitter(graph, handlers);
  const outputs = emitter.emitModel(calls, inputs, undefined, graph.inputs[0]?.shape?.[0] ?? null);
  for (const [value, port] of pairs(outputs, ports.outputs)) addOutput(graph, value, port);

  return {
    graph,
    calls: emitter.traced,
    inputs,
    outputs,
    inputLayouts: ports.inputs.map(({ layout = 'nhwc' }) => layout),
    outputLayouts: ports.outputs.map(({ layout = 'nhwc' }) => layout),
  };
}
