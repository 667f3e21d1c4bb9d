import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BatchNormalization } from '../../../../src/training/layers/batch-normalization.js';
import { LstmDirection } from '../../../../src/training/layers/lstm-direction.js';
import { type NamedVariables, variablesOf } from '../../../../src/training/weights/named-variables.js';
import type { SafetensorsTensor } from '../../../../src/training/weights/safetensors.js';
import { loadOfficial, toOfficial } from '../../../../tools/import/official-names/load-official.js';
import {
  batchNormNames,
  convBiasNames,
  linearName,
  lstmNames,
  type OfficialName,
  prefixNames,
} from '../../../../tools/import/official-names/official-name.js';

const NAMES: OfficialName[] = [
  ...convBiasNames('conv', 'net.0'),
  ...batchNormNames('bn', 'net.1'),
  linearName('fc', 'head'),
];
const SHAPES = {
  'net.0.weight': [4, 3, 2, 2],
  'net.0.bias': [4],
  'net.1.weight': [4],
  'net.1.bias': [4],
  'net.1.running_mean': [4],
  'net.1.running_var': [4],
  'head.weight': [5, 4],
};

function variables(): NamedVariables {
  const image = tf.input({ shape: [2, 2, 3] });
  const convolved = tf.layers.conv2d({ filters: 4, kernelSize: 2, name: 'conv' }).apply(image);
  const normalised = new BatchNormalization({ name: 'bn' }).apply(convolved);
  const flat = tf.layers.flatten().apply(normalised);
  const outputs = tf.layers.dense({ units: 5, useBias: false, name: 'fc' }).apply(flat) as tf.SymbolicTensor;
  return variablesOf(tf.model({ inputs: image, outputs }));
}

function stateDict(change: Record<string, number[] | undefined> = {}): Map<string, SafetensorsTensor> {
  const shapes = Object.entries<number[] | undefined>({ ...SHAPES, ...change });
  return new Map(
    shapes.flatMap(([name, shape], index) => {
      if (shape === undefined) return [];
      const length = shape.reduce((product, size) => product * size, 1);
      const data = Float32Array.from({ length }, (_, i) => index + i / 100);
      return [[name, { dtype: 'F32' as const, shape, data }]];
    }),
  );
}

describe('official state dicts', () => {
  beforeAll(() => tf.setBackend('cpu'));
  afterEach(() => tf.disposeVariables());

  it('load and come back as they were', () => {
    const ours = variables();
    loadOfficial(ours, stateDict(), NAMES);
    expect(toOfficial(ours, NAMES)).toEqual(stateDict());
    expect(ours.get('fc/kernel')?.shape).toEqual([4, 5]);
  });

  it('may carry the prefix of DataParallel and counters of batches', () => {
    const [plain, parallel] = [variables(), variables()];
    loadOfficial(plain, stateDict(), NAMES);
    const state = stateDict({ 'net.1.num_batches_tracked': [1] });
    loadOfficial(parallel, new Map([...state].map(([key, tensor]) => [`module.${key}`, tensor])), NAMES);
    expect(toOfficial(parallel, NAMES)).toEqual(toOfficial(plain, NAMES));
  });

  it.each([
    [
      'a missing tensor',
      { 'net.1.bias': undefined },
      /net\.1\.bias: expected this tensor, but there is none/,
    ],
    ['another shape', { 'head.weight': [5, 3] }, /head\.weight: expected \[5, 4\], received \[5, 3\]/],
    [
      'another rank',
      { 'net.0.weight': [4, 12] },
      /net\.0\.weight: expected \[4, 3, 2, 2\], received \[4, 12\]/,
    ],
    ['an unknown tensor', { 'net.7.weight': [1] }, /net\.7\.weight: the tensor has no place/],
  ])('are refused with %s, and nothing changes', (_, change, message) => {
    const ours = variables();
    const before = [...ours.values()].map((variable) => variable.dataSync());
    expect(() => loadOfficial(ours, stateDict(change), NAMES)).toThrow(
      expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(message) }),
    );
    expect([...ours.values()].map((variable) => variable.dataSync())).toEqual(before);
  });

  it('are refused if a weight has no official name, or a name no weight', () => {
    const withoutLast = NAMES.slice(0, -1);
    expect(() => loadOfficial(variables(), stateDict(), withoutLast)).toThrow(
      /fc\/kernel: this weight has no/,
    );
    const surplus = [...NAMES, linearName('other', 'other')];
    expect(() => loadOfficial(variables(), stateDict(), surplus)).toThrow(
      /other\/kernel: the model has no such/,
    );
    expect(() => toOfficial(variables(), withoutLast)).toThrow(/fc\/kernel/);
  });

  it('are refused if a tensor holds integers', () => {
    const state = stateDict();
    state.set('net.0.bias', { dtype: 'I64', shape: [4], data: new BigInt64Array(4) });
    expect(() => loadOfficial(variables(), state, NAMES)).toThrow(
      expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringContaining('net.0.bias') }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'are refused if a number is %s, and nothing changes',
    (number) => {
      const ours = variables();
      const before = [...ours.values()].map((variable) => variable.dataSync());
      const state = stateDict();
      const tensor = state.get('head.weight');
      if (tensor?.dtype === 'F32') tensor.data[7] = number;
      expect(() => loadOfficial(ours, state, NAMES)).toThrow(/head\.weight: expected finite numbers/);
      // Half precision has them too.
      const halves = Uint16Array.of(0, 0x7c00, 0, 0x3c00);
      state.set('net.0.bias', { dtype: 'F16', shape: [4], data: halves });
      expect(() => loadOfficial(ours, state, NAMES)).toThrow(/net\.0\.bias: expected finite numbers/);
      expect([...ours.values()].map((variable) => variable.dataSync())).toEqual(before);
    },
  );

  it('may carry the prefix twice, but not have a tensor with it and without it', () => {
    const ours = variables();
    const state = stateDict();
    loadOfficial(ours, new Map([...state].map(([key, each]) => [`module.module.${key}`, each])), NAMES);
    expect(toOfficial(ours, NAMES)).toEqual(state);
    const twice = new Map([...state, ...[...state].map(([key, each]) => [`module.${key}`, each] as const)]);
    expect(() => loadOfficial(ours, twice, NAMES)).toThrow(/twice, with and without/);
  });

  it('add the two biases of an LSTM, and give the sum back as the first', () => {
    const words = tf.input({ shape: [null, 3] });
    const mask = tf.input({ shape: [null] });
    const layer = new LstmDirection({ name: 'forward', units: 2 });
    const outputs = layer.apply([words, mask]) as tf.SymbolicTensor;
    const ours = variablesOf(tf.model({ inputs: [words, mask], outputs }));
    const names = prefixNames(lstmNames('forward', 'rnn', '_l0'), { official: 'text' });
    const shapes = {
      'text.rnn.weight_ih_l0': [8, 3],
      'text.rnn.weight_hh_l0': [8, 2],
      'text.rnn.bias_ih_l0': [8],
      'text.rnn.bias_hh_l0': [8],
    };
    const none = Object.fromEntries(Object.keys(SHAPES).map((name) => [name, undefined]));
    const state = stateDict({ ...none, ...shapes });
    loadOfficial(ours, state, names);
    const sum = Array.from({ length: 8 }, (_, i) => {
      const [first, second] = ['ih', 'hh'].map((part) => state.get(`text.rnn.bias_${part}_l0`)?.data[i]);
      return Number(first) + Number(second);
    });
    const back = toOfficial(ours, names);
    expect(Array.from(back.get('text.rnn.bias_ih_l0')?.data ?? [], Number)).toEqual(sum.map(Math.fround));
    expect(back.get('text.rnn.bias_hh_l0')?.data).toEqual(new Float32Array(8));
    expect(back.get('text.rnn.weight_ih_l0')).toEqual(state.get('text.rnn.weight_ih_l0'));
  });
});
