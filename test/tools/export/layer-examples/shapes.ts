import * as tf from '@tensorflow/tfjs';
import { apply, modelOf } from '../compare-with-onnx.js';
import type { LayerExample } from './layer-example.js';

const BROADCAST = 'two inputs or more; sizes of 1 and lower ranks are widened as TF.js does';

/** Layers that move elements, and those that bring several inputs together. */
export const shapeExamples: readonly LayerExample[] = [
  {
    className: 'Reshape',
    covers: 'one size may be left open (-1)',
    models: [() => modelOf(tf.layers.reshape({ targetShape: [-1, 3] }), [6, 2])],
  },
  {
    className: 'Flatten',
    covers: 'channels last or first',
    models: [() => modelOf(tf.layers.flatten({ dataFormat: 'channelsFirst' }), [2, 3, 4])],
  },
  {
    className: 'Permute',
    covers: 'any order',
    models: [() => modelOf(tf.layers.permute({ dims: [3, 1, 2] }), [2, 3, 4])],
  },
  { className: 'Add', covers: BROADCAST, models: merges(() => tf.layers.add()) },
  { className: 'Multiply', covers: BROADCAST, models: merges(() => tf.layers.multiply()) },
  { className: 'Average', covers: BROADCAST, models: merges(() => tf.layers.average()) },
  { className: 'Maximum', covers: BROADCAST, models: merges(() => tf.layers.maximum()) },
  { className: 'Minimum', covers: BROADCAST, models: merges(() => tf.layers.minimum()) },
  {
    className: 'Concatenate',
    covers: 'any axis',
    models: [
      () =>
        merge(tf.layers.concatenate(), [
          [2, 3],
          [2, 1],
        ]),
      () =>
        merge(tf.layers.concatenate({ axis: 1 }), [
          [2, 3],
          [4, 3],
        ]),
    ],
  },
];

function merges(make: () => tf.layers.Layer): LayerExample['models'] {
  return [
    () =>
      merge(make(), [
        [2, 3],
        [2, 3],
        [2, 3],
      ]),
    () => merge(make(), [[1, 2, 3], [3], [4, 1, 3]]),
  ];
}

function merge(layer: tf.layers.Layer, shapes: readonly tf.Shape[]): tf.LayersModel {
  const inputs = shapes.map((shape, index) => tf.input({ shape, name: `x${index}` }));
  return tf.model({ inputs, outputs: apply(layer, inputs) });
}
