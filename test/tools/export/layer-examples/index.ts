import { convolutionExamples } from './convolutions.js';
import { elementwiseExamples } from './elementwise.js';
import type { LayerExample, RefusedLayer } from './layer-example.js';
import { mapExamples } from './maps.js';
import { sequenceExamples } from './sequences.js';
import { shapeExamples } from './shapes.js';

/** An example of every layer class of TF.js that has a standard handler. */
export const layerExamples: readonly LayerExample[] = [
  ...convolutionExamples,
  ...mapExamples,
  ...elementwiseExamples,
  ...shapeExamples,
  ...sequenceExamples,
];

/** Every other layer class that TF.js registers. */
export const refusedLayers: readonly RefusedLayer[] = [
  { className: 'ConvLSTM2D', reason: 'ONNX has no operator for it' },
  { className: 'RandomWidth', reason: 'draws a width at every call, at inference too' },
  { className: 'Resizing', reason: 'TF.js 4.22 throws when a model runs it' },
];

/** Classes that are layers to TF.js, and that no model calls as such. */
export const partsOfLayers: readonly string[] = [
  ...['SimpleRNNCell', 'GRUCell', 'LSTMCell', 'StackedRNNCells', 'ConvLSTM2DCell'],
  ...['InputLayer', 'Model', 'Functional', 'Sequential'],
];
