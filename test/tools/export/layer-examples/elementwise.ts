import * as tf from '@tensorflow/tfjs';
import { int32Tensor, modelOf } from '../compare-with-onnx.js';
import type { LayerExample } from './layer-example.js';

type Activation = NonNullable<Parameters<typeof tf.layers.dense>[0]['activation']>;

/** Every activation function that TF.js has, as the option `activation` names it. */
export const ACTIVATION_NAMES = [
  ...(['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'softplus'] as const),
  ...(['softsign', 'tanh', 'softmax', 'swish', 'mish', 'gelu', 'gelu_new'] as const),
  // Known to TF.js, but not to its types.
  'logSoftmax' as Activation,
] satisfies Activation[];

/** Layers that compute on each element, and those that do nothing at inference. */
export const elementwiseExamples: readonly LayerExample[] = [
  {
    className: 'Activation',
    covers: `${ACTIVATION_NAMES.join(', ')}; the same as the option \`activation\` of any layer`,
    models: ACTIVATION_NAMES.map((activation) => () => modelOf(tf.layers.activation({ activation }), [3, 4])),
  },
  {
    className: 'ReLU',
    covers: 'with or without `maxValue`',
    models: [
      () => modelOf(tf.layers.reLU(), [4]),
      () => modelOf(tf.layers.reLU({ maxValue: 0.5 }), [2, 3, 4]),
    ],
  },
  {
    className: 'LeakyReLU',
    covers: 'any `alpha`',
    models: [() => modelOf(tf.layers.leakyReLU({ alpha: 0.2 }), [2, 4])],
  },
  {
    className: 'PReLU',
    covers: 'a slope for each element, or any `sharedAxes`',
    models: [
      () => modelOf(tf.layers.prelu(), [2, 3, 4]),
      () => modelOf(tf.layers.prelu({ sharedAxes: [1, 3] }), [2, 3, 4]),
    ],
  },
  {
    className: 'ELU',
    covers: '`alpha` 1, the only one that TF.js computes',
    models: [() => modelOf(tf.layers.elu(), [4])],
  },
  {
    className: 'ThresholdedReLU',
    covers: 'any `theta`',
    models: [() => modelOf(tf.layers.thresholdedReLU({ theta: 0.3 }), [4])],
  },
  {
    className: 'Softmax',
    covers: 'one axis or several',
    models: [
      () => modelOf(tf.layers.softmax({ axis: -1 }), [3, 4]),
      () => modelOf(tf.layers.softmax({ axis: [1, -1] }), [2, 3, 4]),
    ],
  },
  {
    className: 'Rescaling',
    covers: 'any `scale` and `offset`, of float32 or int32',
    models: [() => modelOf(tf.layers.rescaling({ scale: 2 / 255, offset: -1 }), [2, 3, 3])],
  },
  {
    className: 'CategoryEncoding',
    covers: '`multiHot`, `count`, `int`, and `oneHot` of one id; no `countWeights`',
    models: (['multiHot', 'count', 'int'] as const).map(
      (outputMode) => () => modelOf(tf.layers.categoryEncoding({ numTokens: 4, outputMode }), [4], 'int32'),
    ),
    comparison: {
      inputs: [{ name: 'x' }],
      verification: {
        cases: [
          { name: 'one row', inputs: { x: int32Tensor([0, 2, 2, 3], [1, 4]) } },
          { name: 'two rows', inputs: { x: int32Tensor([1, 1, 1, 1, 3, 2, 1, 0], [2, 4]) } },
        ],
      },
    },
  },
  ...['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'].map(identityExample),
];

function identityExample(className: string): LayerExample {
  const layers: Readonly<Record<string, () => tf.layers.Layer>> = {
    Dropout: () => tf.layers.dropout({ rate: 0.5 }),
    SpatialDropout1D: () => tf.layers.spatialDropout1d({ rate: 0.5 }),
    GaussianNoise: () => tf.layers.gaussianNoise({ stddev: 1 }),
    GaussianDropout: () => tf.layers.gaussianDropout({ rate: 0.5 }),
    AlphaDropout: () => tf.layers.alphaDropout({ rate: 0.5 }),
  };
  const make = layers[className];
  if (make === undefined) throw new RangeError(`Expected an example of ${className}.`);
  return {
    className,
    covers: 'leaves no trace: it acts in training only',
    models: [() => modelOf(make(), [3, 4])],
  };
}
