import { convolutionExamples } from './convolutions.js';
import { elementwiseExamples } from './elementwise.js';
import type { LayerExample, RefusedLayer } from './layer-example.js';
import { mapExamples } from './maps.js';
import { shapeExamples } from './shapes.js';

/** An example of every layer class that has a standard handler. */
export const layerExamples: readonly LayerExample[] = [
  ...convolutionExamples,
  ...elementwiseExamples,
  ...mapExamples,
  ...shapeExamples,
];

/** Every other layer class that TF.js registers. */
export const refusedLayers: readonly RefusedLayer[] = [
  { className: 'Resizing', reason: 'TF.js 4.22 throws when a model runs it' },
  { className: 'RandomWidth', reason: 'draws a width at every call, at inference too' },
];
