import * as tf from '@tensorflow/tfjs';
import { apply, int32Tensor, modelOf } from '../compare-with-onnx.js';
import type { LayerExample } from './layer-example.js';

const RECURRENT = 'every option but `stateful`; masks, states as inputs and outputs, any batch and length';

/** Layers over time. Masks and true lengths have tests of their own. */
export const sequenceExamples: readonly LayerExample[] = [
  {
    className: 'SimpleRNN',
    covers: RECURRENT,
    models: [() => modelOf(tf.layers.simpleRNN({ units: 3 }), [5, 2])],
  },
  { className: 'GRU', covers: RECURRENT, models: [() => modelOf(tf.layers.gru({ units: 3 }), [5, 2])] },
  {
    className: 'LSTM',
    covers: RECURRENT,
    models: [() => modelOf(tf.layers.lstm({ units: 3, returnSequences: true }), [5, 2])],
  },
  {
    className: 'RNN',
    covers: 'a cell of these three kinds, or several stacked',
    models: [
      () => modelOf(tf.layers.rnn({ cell: tf.layers.gruCell({ units: 3 }) as tf.RNN['cell'] }), [5, 2]),
    ],
  },
  {
    className: 'Bidirectional',
    covers: 'a recurrent layer in every merge mode',
    models: [
      () =>
        modelOf(
          tf.layers.bidirectional({
            layer: tf.layers.lstm({ units: 3, returnSequences: true }),
            mergeMode: 'concat',
          }),
          [5, 2],
        ),
    ],
  },
  {
    className: 'TimeDistributed',
    covers: 'any layer that has a handler',
    models: [() => modelOf(tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 3 }) }), [4, 2])],
  },
  {
    className: 'RepeatVector',
    covers: 'any `n`',
    models: [() => modelOf(tf.layers.repeatVector({ n: 3 }), [4])],
  },
  {
    className: 'Masking',
    covers: 'any `maskValue`, read by what comes behind',
    models: [() => modelOf(tf.layers.masking({ maskValue: 0 }), [4, 2])],
  },
  {
    className: 'Embedding',
    covers: 'ids of any shape, with or without `maskZero`',
    models: [() => modelOf(tf.layers.embedding({ inputDim: 6, outputDim: 3 }), [4], 'int32')],
    comparison: {
      verification: {
        cases: [{ name: 'ids', inputs: { x: int32Tensor([0, 5, 2, 2, 1, 0, 3, 4], [2, 4]) } }],
      },
    },
  },
  {
    className: 'Dot',
    covers: 'vectors and sequences, any axes, with or without `normalize`',
    models: [
      () => {
        const inputs = [tf.input({ shape: [4], name: 'a' }), tf.input({ shape: [4], name: 'b' })];
        return tf.model({ inputs, outputs: apply(tf.layers.dot({ axes: -1 }), inputs) });
      },
    ],
  },
];
