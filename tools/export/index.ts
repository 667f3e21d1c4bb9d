export type { ConvertedModel, GraphSummary } from './convert.js';
export { convert } from './convert.js';
export type { ConvertOptions, InputOption, Layout, OutputOption } from './convert-options.js';
export type { ConvertToFileOptions, FileConversion } from './convert-to-file.js';
export { convertToFile } from './convert-to-file.js';
export type { TracedCall } from './emit-calls.js';
export type { Attributes, AttributeValue, FloatAttribute, FloatsAttribute } from './graph/attributes.js';
export { float, floats } from './graph/attributes.js';
export type { Dimension, GraphNode, Shape, Value } from './graph/graph.js';
export { Graph } from './graph/graph.js';
export type { NodeOptions } from './graph/graph-builder.js';
export type { Permutation } from './graph/permutation.js';
export { transposeTensor } from './graph/permutation.js';
export type { DataType, TensorArray, TensorData } from './graph/tensor-data.js';
export { int64Vector } from './graph/tensor-data.js';
export type { LayerContext, LayerHandler } from './handler.js';
export { defineHandler } from './handler.js';
export { loadLayersModel } from './load/load-layers-model.js';
export type { SavedModel } from './load/saved-model.js';
export { readSavedModel } from './load/saved-model.js';
export type { ModelTrace } from './model-graph.js';
export { standardHandlers } from './ops/index.js';
export {
  axesOption,
  inputShape,
  numberOption,
  numbersOption,
  pairsOption,
  stringOption,
} from './ops/layer-options.js';
export type { BatchNormalizationWeights } from './ops/normalization.js';
export { emitBatchNormalization } from './ops/normalization.js';
export { passesFor, standardPasses, TARGETS, type Target } from './passes/index.js';
export type { GraphPass } from './passes/pass.js';
export type { Arithmetic, Precision } from './precision/precision.js';
export { ARITHMETICS, PRECISIONS } from './precision/precision.js';
export type { VerifyCase } from './verify/cases.js';
export type { ComparedModel } from './verify/compared-model.js';
export type { OutputDifference } from './verify/difference.js';
export { drawCases } from './verify/draw-cases.js';
export type { Origin } from './verify/first-difference.js';
export type { NamedTensors, Optimization } from './verify/onnx-session.js';
export type { CaseResult, VerificationResult, VerifyOptions } from './verify/verify.js';
export { verify } from './verify/verify.js';
export { type GraphFile, writeGraphFile } from './write-graph-file.js';
