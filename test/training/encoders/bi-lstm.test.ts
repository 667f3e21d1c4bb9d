import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { loadOfficial } from '../../../tools/import/official-names/load-official.js';
import { textEncoderNames } from '../../../tools/import/official-names/text-encoder.js';
import { BACKENDS, Oracle, relativeDifference } from '../oracle.js';

describe.each(BACKENDS)('bi-LSTM text encoder, %s backend', (backend) => {
  const oracle = new Oracle('attngan-text-encoder');
  let model: tf.LayersModel;
  const encode = (ids: tf.Tensor, lengths: tf.Tensor) =>
    model.apply([ids, lengths], { training: true }) as [tf.Tensor3D, tf.Tensor2D];

  beforeAll(async () => {
    await tf.setBackend(backend);
    model = buildBiLstm({ vocabularySize: 20, embeddingDim: 12, sentenceDim: 16 });
    loadOfficial(variablesOf(model), oracle.below('state'), textEncoderNames());
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
