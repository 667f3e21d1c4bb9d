import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { BACKENDS, Oracle, relativeDifference } from '../oracle.js';

/** Loads the official weights; PyTorch keeps two biases a direction, of which only the sum matters. */
function loadOfficial(model: tf.LayersModel, oracle: Oracle): void {
  const variables = variablesOf(model);
  variables.get('embedding/embeddings')?.assign(oracle.tensor('state.encoder.weight'));
  for (const [name, suffix] of [
    ['forward', ''],
    ['backward', '_reverse'],
  ] as const) {
    variables.get(`${name}/kernel`)?.assign(oracle.weight(`state.rnn.weight_ih_l0${suffix}`));
    variables.get(`${name}/recurrent_kernel`)?.assign(oracle.weight(`state.rnn.weight_hh_l0${suffix}`));
    const biases = ['ih', 'hh'].map((part) => oracle.tensor(`state.rnn.bias_${part}_l0${suffix}`));
    variables.get(`${name}/bias`)?.assign(tf.addN(biases));
  }
}

/** Kernels are stored (out, in) by PyTorch. */
const isMatrix = (name: string) => name.endsWith('kernel');

const ORACLE_TO_OURS = {
  'encoder.weight': 'embedding/embeddings',
  'rnn.weight_ih_l0': 'forward/kernel',
  'rnn.weight_hh_l0': 'forward/recurrent_kernel',
  'rnn.bias_ih_l0': 'forward/bias',
  'rnn.weight_ih_l0_reverse': 'backward/kernel',
  'rnn.weight_hh_l0_reverse': 'backward/recurrent_kernel',
  'rnn.bias_hh_l0_reverse': 'backward/bias',
};

describe.each(BACKENDS)('bi-LSTM text encoder, %s backend', (backend) => {
  const oracle = new Oracle('attngan-text-encoder');
  let model: tf.LayersModel;
  const encode = (ids: tf.Tensor, lengths: tf.Tensor) =>
    model.apply([ids, lengths], { training: true }) as [tf.Tensor3D, tf.Tensor2D];

  beforeAll(async () => {
    await tf.setBackend(backend);
    model = buildBiLstm({ vocabularySize: 20, embeddingDim: 12, sentenceDim: 16 });
    loadOfficial(model, oracle);
  });

  it('gives the words and sentences of the official code, padding included', () => {
    tf.tidy(() => {
      const lengths = oracle.tensor('in.cap_lens', 'int32');
      const [words, sentences] = encode(oracle.tensor('in.captions', 'int32'), lengths);
      const expected = oracle.tensor('out.words_emb').transpose([0, 2, 1]);
      expect(relativeDifference(words.slice([0, 0, 0], [-1, 7, -1]), expected.dataSync())).toBeLessThan(1e-5);
      expect(words.slice([0, 7, 0], [-1, -1, -1]).abs().max().dataSync()[0]).toBe(0);
      expect(relativeDifference(sentences, oracle.values('out.sent_emb'))).toBeLessThan(1e-5);
    });
  });

  it('has the gradients of the official code', () => {
    tf.tidy(() => {
      const lengths = oracle.tensor('in.cap_lens', 'int32');
      const ids = oracle.tensor('in.captions', 'int32').slice([0, 0], [-1, 7]);
      const wordsFactor = oracle.tensor('in.cot_words').transpose([0, 2, 1]);
      const { grads } = tf.variableGrads(() => {
        const [words, sentences] = encode(ids, lengths);
        return words
          .mul(wordsFactor)
          .sum()
          .add(sentences.mul(oracle.tensor('in.cot_sent')).sum()) as tf.Scalar;
      });
      const variables = variablesOf(model);
      for (const [theirs, ours] of Object.entries(ORACLE_TO_OURS)) {
        const gradient = grads[variables.get(ours)?.name ?? ''] as tf.Tensor;
        const official = isMatrix(ours) ? gradient.transpose() : gradient;
        expect(relativeDifference(official, oracle.values(`grad.${theirs}`))).toBeLessThan(1e-5);
      }
    });
  });

  it('does not see padding: alone, with others, or padded further, a caption has one meaning', () => {
    tf.tidy(() => {
      const short = tf.tensor2d([[3, 5, 7]], [1, 3], 'int32');
      const padded = tf.tensor2d(
        [
          [3, 5, 7, 0, 0, 0],
          [1, 2, 3, 4, 5, 6],
        ],
        [2, 6],
        'int32',
      );
      const [, alone] = encode(short, tf.tensor1d([3], 'int32'));
      const [, together] = encode(padded, tf.tensor1d([3, 6], 'int32'));
      const expected = alone.dataSync();
      expect(relativeDifference(together.slice([0, 0], [1, -1]), expected)).toBeLessThan(1e-6);
    });
  });
});
