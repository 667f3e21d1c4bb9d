import * as tf from '@tensorflow/tfjs';
import { modelOf } from '../compare-with-onnx.js';
import type { LayerExample } from './layer-example.js';

const WINDOWS = '`valid` and `same` padding, strides, dilations';
const FORMATS = 'channels last or first';

/** Dense layers and convolutions. */
export const convolutionExamples: readonly LayerExample[] = [
  {
    className: 'Dense',
    covers: 'on tensors of any rank, with or without a bias',
    models: [
      () => modelOf(tf.layers.dense({ units: 3 }), [4]),
      () => modelOf(tf.layers.dense({ units: 3 }), [2, 4]),
      () => modelOf(tf.layers.dense({ units: 3, useBias: false }), [2, 3, 2, 4]),
    ],
  },
  {
    className: 'Conv1D',
    covers: `${WINDOWS}; channels last (TF.js computes neither channels first nor \`causal\` padding)`,
    models: [
      () => modelOf(tf.layers.conv1d({ filters: 3, kernelSize: 4, strides: 2, padding: 'same' }), [7, 2]),
      () => modelOf(tf.layers.conv1d({ filters: 3, kernelSize: 2, dilationRate: 3 }), [7, 2]),
    ],
  },
  {
    className: 'Conv2D',
    covers: `${WINDOWS}; ${FORMATS}`,
    models: [
      () => modelOf(tf.layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }), [6, 7, 2]),
      () =>
        modelOf(
          tf.layers.conv2d({ filters: 2, kernelSize: [2, 3], dilationRate: 2, dataFormat: 'channelsFirst' }),
          [2, 6, 7],
        ),
    ],
  },
  {
    className: 'Conv3D',
    covers: `${WINDOWS}; ${FORMATS}`,
    models: [
      () =>
        modelOf(tf.layers.conv3d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }), [4, 5, 4, 2]),
      () =>
        modelOf(
          tf.layers.conv3d({ filters: 2, kernelSize: [1, 2, 3], dataFormat: 'channelsFirst' }),
          [2, 3, 4, 4],
        ),
    ],
  },
  {
    className: 'DepthwiseConv2D',
    covers: `\`valid\` and \`same\` padding, strides, \`depthMultiplier\`; ${FORMATS} (TF.js does without dilations)`,
    models: [
      () => modelOf(tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2 }), [6, 7, 2]),
      () =>
        modelOf(
          tf.layers.depthwiseConv2d({ kernelSize: 2, padding: 'same', dataFormat: 'channelsFirst' }),
          [3, 5, 4],
        ),
    ],
  },
  {
    className: 'SeparableConv2D',
    covers: `${WINDOWS}, \`depthMultiplier\`; channels last, or first without a bias (TF.js adds it to the wrong axis)`,
    models: [
      () => modelOf(tf.layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2 }), [6, 5, 2]),
      () =>
        modelOf(
          tf.layers.separableConv2d({
            filters: 3,
            kernelSize: 2,
            padding: 'same',
            useBias: false,
            dataFormat: 'channelsFirst',
          }),
          [2, 4, 5],
        ),
    ],
  },
  {
    className: 'Conv2DTranspose',
    covers: `\`valid\` and \`same\` padding, strides above and below the kernel; ${FORMATS}`,
    models: [
      () =>
        modelOf(
          tf.layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 'same' }),
          [3, 4, 2],
        ),
      () => modelOf(tf.layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3 }), [3, 4, 2]),
    ],
  },
  {
    className: 'Conv3DTranspose',
    covers: `\`valid\` and \`same\` padding, strides; ${FORMATS}`,
    models: [
      () =>
        modelOf(
          tf.layers.conv3dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
          [2, 3, 2, 2],
        ),
      () =>
        modelOf(
          tf.layers.conv3dTranspose({ filters: 2, kernelSize: [2, 1, 3], dataFormat: 'channelsFirst' }),
          [2, 2, 3, 2],
        ),
    ],
  },
];
