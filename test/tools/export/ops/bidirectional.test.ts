import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { apply, compareWithOnnx, countOf } from '../compare-with-onnx.js';
import { idCases, sequenceCases } from '../sequence-cases.js';

const TOLERANCE = 1e-5;

type MergeMode = NonNullable<Parameters<typeof tf.layers.bidirectional>[0]['mergeMode']>;
type Recurrent = Parameters<typeof tf.layers.bidirectional>[0]['layer'];

// TF.js's types leave out null, which gives the directions one by one.
const MERGE_MODES = ['concat', 'sum', 'mul', 'ave', null] as MergeMode[];

const INSIDE: readonly ((options: object) => Recurrent)[] = [
  (options) => tf.layers.lstm({ units: 3, ...options }) as Recurrent,
  (options) => tf.layers.gru({ units: 3, recurrentActivation: 'sigmoid', ...options }) as Recurrent,
  (options) => tf.layers.simpleRNN({ units: 3, ...options }) as Recurrent,
];

function model(layer: tf.layers.Layer, isMasked: boolean): tf.LayersModel {
  const input = isMasked
    ? tf.input({ shape: [null], dtype: 'int32', name: 'ids' })
    : tf.input({ shape: [null, 2], name: 'x' });
  const embedding = tf.layers.embedding({ inputDim: 6, outputDim: 2, maskZero: true });
  const outputs = layer.apply(isMasked ? apply(embedding, input) : input);
  return tf.model({ inputs: input, outputs: outputs as tf.SymbolicTensor | tf.SymbolicTensor[] });
}

describe.each(MERGE_MODES)('Bidirectional, mergeMode %s', (mergeMode) => {
  it.each([false, true])('equals TF.js in every form, masked: %s', async (isMasked) => {
    const cases = isMasked ? idCases() : sequenceCases(2);
    for (const inside of INSIDE) {
      for (const options of [
        {},
        { returnSequences: true },
        { returnSequences: true, goBackwards: true },
        { returnState: true },
      ]) {
        const layer = tf.layers.bidirectional({ layer: inside(options), mergeMode });
        await compareWithOnnx(model(layer, isMasked), { tolerance: TOLERANCE, verification: { cases } });
      }
    }
  });
});

describe('Bidirectional', () => {
  it('starts each direction from its own states', async () => {
    const x = tf.input({ shape: [null, 2], name: 'x' });
    const states = ['a', 'b', 'c', 'd'].map((name) => tf.input({ shape: [3], name }));
    const layer = tf.layers.bidirectional({
      layer: tf.layers.lstm({ units: 3, returnSequences: true }) as Recurrent,
      mergeMode: 'concat',
    });
    const outputs = layer.apply([x, ...states]) as tf.SymbolicTensor;
    const cases = sequenceCases(2).map(({ name, inputs }) => {
      const batch = inputs.x?.shape[0] ?? 0;
      const given = ['a', 'b', 'c', 'd'].map((state, index) => [
        state,
        {
          shape: [batch, 3],
          data: Float32Array.from({ length: 3 * batch }, (_, at) => Math.cos(at + index)),
        },
      ]);
      return { name, inputs: { ...inputs, ...Object.fromEntries(given) } };
    });
    const converted = await compareWithOnnx(tf.model({ inputs: [x, ...states], outputs }), {
      tolerance: TOLERANCE,
      verification: { cases },
    });
    expect(countOf(converted, 'LSTM')).toBe(2);
  });

  it('has stacks inside, and behind each other', async () => {
    const ids = tf.input({ shape: [null], dtype: 'int32', name: 'ids' });
    const words = apply(tf.layers.embedding({ inputDim: 6, outputDim: 4, maskZero: true }), ids);
    const both = (layer: tf.layers.Layer) =>
      tf.layers.bidirectional({ layer: layer as Recurrent, mergeMode: 'concat' });
    const first = apply(both(tf.layers.lstm({ units: 3, returnSequences: true })), words);
    const second = apply(tf.layers.dense({ units: 4, activation: 'relu' }), first);
    const third = apply(both(tf.layers.gru({ units: 3 })), second);
    await compareWithOnnx(tf.model({ inputs: ids, outputs: third }), {
      tolerance: TOLERANCE,
      verification: { cases: idCases() },
    });
  });
});
