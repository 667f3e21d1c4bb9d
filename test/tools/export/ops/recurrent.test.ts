import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../tools/export/index.js';
import { apply, compareWithOnnx, countOf, modelOf } from '../compare-with-onnx.js';
import { idCases, sequenceCases } from '../sequence-cases.js';

/** Sums over up to nine steps in another order, and ONNX Runtime's own tanh. */
const TOLERANCE = 1e-5;

type Activation = NonNullable<Parameters<typeof tf.layers.simpleRNN>[0]['activation']>;

interface Options {
  units: number;
  returnSequences?: boolean;
  returnState?: boolean;
  goBackwards?: boolean;
  useBias?: boolean;
  stateful?: boolean;
  activation?: Activation;
  recurrentActivation?: Activation;
}

const LAYERS = {
  SimpleRNN: (options: Options) => tf.layers.simpleRNN(options),
  GRU: (options: Options) => tf.layers.gru(options),
  LSTM: (options: Options) => tf.layers.lstm(options),
};
const KINDS = Object.entries(LAYERS);
const OPERATORS = { SimpleRNN: 'RNN', GRU: 'GRU', LSTM: 'LSTM' };
const TOGETHER: readonly Partial<Options>[] = [
  {},
  { goBackwards: true },
  { returnSequences: true },
  { returnSequences: true, goBackwards: true },
  { returnState: true },
  { returnState: true, returnSequences: true, goBackwards: true, useBias: false },
];

/** Ids, an embedding whose padding is masked, and the layer. */
function maskedModel(layer: tf.layers.Layer, time: number | null = null): tf.LayersModel {
  const ids = tf.input({ shape: [time], dtype: 'int32', name: 'ids' });
  const words = apply(tf.layers.embedding({ inputDim: 6, outputDim: 4, maskZero: true }), ids);
  return tf.model({ inputs: ids, outputs: layer.apply(words) as tf.SymbolicTensor | tf.SymbolicTensor[] });
}

function model(layer: tf.layers.Layer, shape: tf.Shape): tf.LayersModel {
  const x = tf.input({ shape, name: 'x' });
  return tf.model({ inputs: x, outputs: layer.apply(x) as tf.SymbolicTensor | tf.SymbolicTensor[] });
}

describe.each(KINDS)('%s', (kind, make) => {
  it.each(TOGETHER)('equals TF.js at every batch size and length: %o', async (options) => {
    const converted = await compareWithOnnx(model(make({ units: 5, ...options }), [null, 3]), {
      tolerance: TOLERANCE,
      verification: { cases: sequenceCases(3) },
    });
    expect(countOf(converted, OPERATORS[kind as keyof typeof OPERATORS])).toBe(1);
  });

  it.each(TOGETHER)('repeats state and output at masked steps, wherever they are: %o', async (options) => {
    const converted = await compareWithOnnx(maskedModel(make({ units: 5, ...options })), {
      tolerance: TOLERANCE,
      verification: { cases: idCases() },
    });
    expect(countOf(converted, OPERATORS[kind as keyof typeof OPERATORS])).toBe(1);
  });

  it('starts from states given as inputs, masked and not', async () => {
    for (const isMasked of [false, true]) {
      // Behind a mask TF.js cannot run a layer with initial states and several outputs.
      for (const options of TOGETHER.filter(({ returnState }) => !isMasked || !returnState)) {
        const x = tf.input({ shape: [null, 2], name: 'x' });
        const states = Array.from({ length: kind === 'LSTM' ? 2 : 1 }, (_, index) =>
          tf.input({ shape: [4], name: `state${index}` }),
        );
        const steps = isMasked ? apply(tf.layers.masking({ maskValue: 0 }), x) : x;
        const outputs = make({ units: 4, ...options }).apply([steps, ...states]);
        const cases = sequenceCases(2).map(({ name, inputs }, index) => {
          const batch = inputs.x?.shape[0] ?? 0;
          const started = states.map((_, state) => [
            `state${state}`,
            {
              shape: [batch, 4],
              data: Float32Array.from({ length: batch * 4 }, (_, at) => Math.sin(at + state)),
            },
          ]);
          const data = Float32Array.from(inputs.x?.data ?? [], Number);
          // Some steps of zeros, and in the last case nothing else in the first row.
          if (isMasked) for (let at = 2; at < data.length; at++) if (at % 6 < 2) data[at] = 0;
          if (isMasked && index === 2) data.fill(0, 0, 14);
          return {
            name,
            inputs: { x: { shape: inputs.x?.shape ?? [], data }, ...Object.fromEntries(started) },
          };
        });
        const whole = tf.model({
          inputs: [x, ...states],
          outputs: outputs as tf.SymbolicTensor | tf.SymbolicTensor[],
        });
        await compareWithOnnx(whole, { tolerance: TOLERANCE, verification: { cases } });
      }
    }
  });

  it('keeps the model of a fixed length', async () => {
    await compareWithOnnx(modelOf(make({ units: 3, returnSequences: true }), [6, 2]), {
      tolerance: TOLERANCE,
    });
  });

  it('is refused where it is stateful, by name', () => {
    const x = tf.input({ batchShape: [2, 3, 4] });
    const stateful = tf.model({ inputs: x, outputs: apply(make({ units: 3, stateful: true }), x) });
    expect(() => convert(stateful)).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringContaining('stateful') }),
    );
  });
});

const IN_NODES = ['tanh', 'sigmoid', 'hardSigmoid', 'relu', 'elu', 'softplus', 'softsign', 'linear'];
const STEP_BY_STEP = ['selu', 'relu6', 'softmax', 'swish', 'mish', 'gelu', 'gelu_new', 'logSoftmax'];

describe('activations of recurrent layers', () => {
  it.each(IN_NODES)('%s is one of ONNX own', async (name) => {
    const activation = name as Activation;
    for (const [kind, make] of KINDS) {
      for (const options of [
        { activation },
        { recurrentActivation: activation },
        // Gates without bounds soon leave the range in which differences mean anything.
        ...(name === 'linear' ? [] : [{ activation, recurrentActivation: activation }]),
      ]) {
        const whole = model(make({ units: 3, returnSequences: true, ...options }), [null, 2]);
        const converted = await compareWithOnnx(whole, {
          tolerance: 5e-5,
          verification: { cases: sequenceCases(2, [[2, 4]]) },
        });
        expect(countOf(converted, OPERATORS[kind as keyof typeof OPERATORS])).toBe(1);
      }
    }
  });

  it.each(STEP_BY_STEP)('%s is written step by step, masked and backwards as well', async (name) => {
    const activation = name as Activation;
    for (const [, make] of KINDS) {
      const options = { units: 3, activation, returnSequences: true, returnState: true };
      const cases = idCases().slice(0, 1);
      const masked = maskedModel(make({ ...options, goBackwards: true }), 6);
      await compareWithOnnx(masked, { tolerance: 5e-5, verification: { cases } });
    }
    await compareWithOnnx(model(tf.layers.lstm({ units: 3, recurrentActivation: activation }), [4, 2]), {
      tolerance: 5e-5,
    });
  });

  it('are refused by name where the number of steps is free', () => {
    const layer = tf.layers.gru({ units: 3, activation: 'selu' });
    expect(() => convert(model(layer, [null, 2]))).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringContaining('"selu"') }),
    );
  });
});

describe('RNN of cells', () => {
  const cells = () => [
    tf.layers.lstmCell({ units: 4 }),
    tf.layers.gruCell({ units: 3, useBias: false }),
    tf.layers.simpleRNNCell({ units: 5 }),
    tf.layers.lstmCell({ units: 2, recurrentActivation: 'sigmoid' }),
  ];

  it.each(TOGETHER)('equals TF.js with one cell and with a stack: %o', async (options) => {
    const { useBias: _, ...used } = { useBias: true, ...options };
    const make = [
      () => tf.layers.gruCell({ units: 3 }),
      () => tf.layers.stackedRNNCells({ cells: cells() }),
      () => cells() as unknown as ReturnType<typeof tf.layers.lstmCell>,
    ];
    for (const cell of make) {
      const unmasked = model(tf.layers.rnn({ cell: cell(), ...used }), [null, 3]);
      await compareWithOnnx(unmasked, {
        tolerance: TOLERANCE,
        verification: { cases: sequenceCases(3) },
      });
      const masked = maskedModel(tf.layers.rnn({ cell: cell(), ...used }));
      await compareWithOnnx(masked, { tolerance: TOLERANCE, verification: { cases: idCases() } });
    }
  });

  it('has one operator a cell', async () => {
    const layer = tf.layers.rnn({ cell: cells() as unknown as ReturnType<typeof tf.layers.lstmCell> });
    const converted = await compareWithOnnx(model(layer, [null, 3]), {
      tolerance: TOLERANCE,
      verification: { cases: sequenceCases(3) },
    });
    expect([countOf(converted, 'LSTM'), countOf(converted, 'GRU'), countOf(converted, 'RNN')]).toEqual([
      2, 1, 1,
    ]);
  });
});
