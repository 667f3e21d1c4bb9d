import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import { type ConvertOptions, checkConvertOptions } from './convert-options.js';
import type { Graph, Value } from './graph/graph.js';
import { sizeOf } from './graph/tensor-data.js';
import { isModel } from './layer-calls.js';
import { type ModelTrace, traceModel } from './model-graph.js';
import { standardHandlers } from './ops/index.js';
import { passesFor } from './passes/index.js';
import type { GraphPass } from './passes/pass.js';
import { runPasses } from './passes/run-passes.js';
import { type Arithmetic, applyPrecision, type Precision } from './precision/precision.js';
import { DEFAULT_OPSET } from './writer/opset.js';
import { joinParts, modelParts } from './writer/write-model.js';

/** What a converted graph consists of. */
export interface GraphSummary {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Number of nodes of each operator type, most frequent first. */
  readonly operators: Readonly<Record<string, number>>;
  readonly nodeCount: number;
  /** Number of weights. */
  readonly parameterCount: number;
  /** What all constants take in the file, and what they take in full. */
  readonly weightBytes: number;
  readonly fp32WeightBytes: number;
  /** Size of the file. */
  readonly sizeBytes: number;
}

/** A model as ONNX, with what `verify` needs to find the origin of a difference. */
export interface ConvertedModel {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  readonly graph: Graph;
  /** The graph with its weights in full; the same one where the precision is fp32. */
  readonly exactGraph: Graph;
  readonly precision: Precision;
  readonly arithmetic: Arithmetic;
  readonly opset: number;
  readonly summary: GraphSummary;
  /** The graph before any pass, and where its values come from. */
  readonly trace: ModelTrace;
  /** The passes that changed something, in order. */
  readonly appliedPasses: readonly GraphPass[];
}

/**
 * Converts a TF.js layers model to ONNX: unless told otherwise opset 17 and weights as they are; the batch size is free
 * where the model leaves it free. Nothing is written to disk.
 *
 * Throws `LAYER_UNSUPPORTED` where no handler knows a layer or an option of it, `INVALID_OPTION` where the options or
 * the model are of the wrong kind, `MODEL_INVALID` where the file would be larger than 2 GiB.
 */
export function convert(model: tf.LayersModel, options: ConvertOptions = {}): ConvertedModel {
  const { parts, ...converted } = convertParts(model, options);
  return { ...converted, bytes: joinParts(parts) };
}

/** {@link convert}, the file in pieces that are views of the graph's numbers: see `modelParts`. */
export function convertParts(
  model: tf.LayersModel,
  options: ConvertOptions,
): Omit<ConvertedModel, 'bytes'> & { parts: Uint8Array[] } {
  checkModel(model);
  checkConvertOptions(options);
  const { handlers = standardHandlers, metadata = {}, name = model.name } = options;
  const trace = traceModel(model, { ...options, handlers });
  const graph = trace.graph.copy();
  const { target = 'cpu', passes = passesFor(target) } = options;
  const appliedPasses = runPasses(graph, passes);
  const { opset = DEFAULT_OPSET, precision = 'fp32', arithmetic = 'fp32' } = options;
  const exactGraph = precision === 'fp32' ? graph : graph.copy();
  applyPrecision(graph, { precision, arithmetic });
  const parts = modelParts(graph, { name, metadata, opset });
  const sizeBytes = parts.reduce((sum, { length }) => sum + length, 0);
  const summary = summarise(graph, exactGraph, sizeBytes);
  return { parts, graph, exactGraph, precision, arithmetic, opset, summary, trace, appliedPasses };
}

function summarise(graph: Graph, exactGraph: Graph, sizeBytes: number): GraphSummary {
  const counts = new Map<string, number>();
  for (const { op } of graph.nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  const floats = [...exactGraph.initializers.values()].filter(
    (tensor) => tensor.data instanceof Float32Array,
  );
  return {
    inputs: graph.inputs,
    outputs: graph.outputs,
    operators: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
    nodeCount: graph.nodes.length,
    parameterCount: floats.reduce((count, tensor) => count + sizeOf(tensor.shape), 0),
    weightBytes: constantBytes(graph),
    fp32WeightBytes: constantBytes(exactGraph),
    sizeBytes,
  };
}

function constantBytes(graph: Graph): number {
  return [...graph.initializers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}

function checkModel(model: tf.LayersModel): void {
  const candidate: unknown = model;
  if (isModel(candidate) && candidate.inputs.length > 0 && candidate.outputs.length > 0) return;
  const isGraphModel = candidate instanceof Object && 'executor' in candidate;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected a built tf.LayersModel, received ${isGraphModel ? 'a tf.GraphModel' : 'something else'}.`,
    {
      hint: isGraphModel
        ? 'Graph models hold TensorFlow operations rather than layers; load the layers model that it came from.'
        : 'Use a model from tf.model(), tf.sequential() with an inputShape, or tf.loadLayersModel().',
    },
  );
}
