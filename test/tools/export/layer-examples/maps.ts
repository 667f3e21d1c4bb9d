import * as tf from '@tensorflow/tfjs';
import { modelOf } from '../compare-with-onnx.js';
import type { LayerExample } from './layer-example.js';

const POOLING = 'any window and stride, `valid` and `same` padding';
const FORMATS = 'channels last or first';

/** Layers on feature maps: pooling, normalisation, sizes. */
export const mapExamples: readonly LayerExample[] = [
  {
    className: 'MaxPooling1D',
    covers: POOLING,
    models: [() => modelOf(tf.layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }), [8, 2])],
  },
  {
    className: 'AveragePooling1D',
    covers: POOLING,
    models: [() => modelOf(tf.layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }), [8, 2])],
  },
  {
    className: 'MaxPooling2D',
    covers: `${POOLING}; ${FORMATS}`,
    models: [
      () => modelOf(tf.layers.maxPooling2d({ poolSize: [2, 3], strides: 2, padding: 'same' }), [5, 6, 2]),
      () => modelOf(tf.layers.maxPooling2d({ dataFormat: 'channelsFirst' }), [2, 5, 6]),
    ],
  },
  {
    className: 'AveragePooling2D',
    covers: `${POOLING}; ${FORMATS}`,
    models: [
      () => modelOf(tf.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }), [5, 6, 2]),
      () => modelOf(tf.layers.averagePooling2d({ dataFormat: 'channelsFirst' }), [2, 5, 6]),
    ],
  },
  {
    className: 'MaxPooling3D',
    covers: `${POOLING}; ${FORMATS}`,
    models: [
      () => modelOf(tf.layers.maxPooling3d({ poolSize: 3, strides: 2, padding: 'same' }), [4, 5, 4, 2]),
      () => modelOf(tf.layers.maxPooling3d({ dataFormat: 'channelsFirst' }), [2, 4, 5, 4]),
    ],
  },
  {
    className: 'AveragePooling3D',
    covers: `${POOLING}; ${FORMATS}`,
    models: [
      () => modelOf(tf.layers.averagePooling3d({ poolSize: 3, strides: 2, padding: 'same' }), [4, 5, 4, 2]),
      () => modelOf(tf.layers.averagePooling3d({ dataFormat: 'channelsFirst' }), [2, 4, 5, 4]),
    ],
  },
  {
    className: 'GlobalAveragePooling1D',
    covers: 'all',
    models: [() => modelOf(tf.layers.globalAveragePooling1d({}), [5, 2])],
  },
  {
    className: 'GlobalMaxPooling1D',
    covers: 'all',
    models: [() => modelOf(tf.layers.globalMaxPooling1d({}), [5, 2])],
  },
  {
    className: 'GlobalAveragePooling2D',
    covers: FORMATS,
    models: [() => modelOf(tf.layers.globalAveragePooling2d({ dataFormat: 'channelsFirst' }), [2, 3, 4])],
  },
  {
    className: 'GlobalMaxPooling2D',
    covers: FORMATS,
    models: [() => modelOf(tf.layers.globalMaxPooling2d({}), [3, 4, 2])],
  },
  {
    className: 'BatchNormalization',
    covers: 'over any axis but the batch, with or without scale and shift; its running statistics',
    models: [
      () => modelOf(tf.layers.batchNormalization({ scale: false }), [4]),
      () => modelOf(tf.layers.batchNormalization(), [2, 3, 4]),
    ],
  },
  {
    className: 'LayerNormalization',
    covers: 'over any axes but the batch, with or without scale and shift',
    models: [
      () => modelOf(tf.layers.layerNormalization(), [3, 4]),
      () => modelOf(tf.layers.layerNormalization({ axis: [1, 2], scale: false }), [3, 4, 2]),
    ],
  },
  {
    className: 'UpSampling2D',
    covers: `nearest and bilinear; ${FORMATS}`,
    models: [
      () => modelOf(tf.layers.upSampling2d({ size: [2, 3] }), [2, 3, 2]),
      () =>
        modelOf(
          tf.layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear', dataFormat: 'channelsFirst' }),
          [2, 2, 3],
        ),
    ],
  },
  {
    className: 'CenterCrop',
    covers: 'pictures of a fixed size that are large enough (TF.js does not enlarge others)',
    models: [centerCrop],
  },
  {
    className: 'ZeroPadding2D',
    covers: `four different sides; ${FORMATS}`,
    models: [
      () =>
        modelOf(
          tf.layers.zeroPadding2d({
            padding: [
              [1, 2],
              [0, 3],
            ],
          }),
          [2, 3, 2],
        ),
    ],
  },
  {
    className: 'Cropping2D',
    covers: `four different sides; ${FORMATS}`,
    models: [
      () =>
        modelOf(
          tf.layers.cropping2D({
            cropping: [
              [1, 0],
              [2, 1],
            ],
          }),
          [4, 5, 2],
        ),
    ],
  },
];

/** TF.js's `CenterCrop` overwrites the size of the layer before it; one between them spares the model's input. */
function centerCrop(): tf.LayersModel {
  const layers = [
    tf.layers.permute({ dims: [2, 1, 3], inputShape: [5, 6, 2] }),
    tf.layers.centerCrop({ height: 3, width: 2 }),
  ];
  return tf.sequential({ layers });
}
