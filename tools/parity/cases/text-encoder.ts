import * as tf from '@tensorflow/tfjs';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { loadOfficial } from '../../import/official-names/load-official.js';
import { textEncoderNames } from '../../import/official-names/text-encoder.js';
import { defineCase, type ParityCase } from '../parity-case.js';
import type { ParityContext } from '../parity-context.js';

/** Random weights of small widths with gradients, and released weights with real captions. */
const textEncoder = defineCase({
  names: ['attngan-text-encoder', 'real-text-encoder'],
  plainCpu: true,
  run(context) {
    const model = buildBiLstm({
      vocabularySize: context.number('ntoken'),
      embeddingDim: context.number('ninput'),
      sentenceDim: context.number('EMBEDDING_DIM'),
    });
    loadOfficial(variablesOf(model), context.state(), textEncoderNames(), { source: context.name });
    const { words, sentence } = forward(context, model);
    context.expectOutput('out.words_emb', words, 'words');
    context.expectOutput('out.sent_emb', sentence);
    if (context.has('in.cot_words')) compareGradients(context, model);
  },
});

export const TEXT_ENCODER_CASES: readonly ParityCase[] = [textEncoder];

/** The gradients are those of sum(words * cot_words) + sum(sentence * cot_sent). */
function compareGradients(context: ParityContext, model: tf.LayersModel): void {
  const wordsFactor = context.tensor('in.cot_words').transpose([0, 2, 1]);
  const sentenceFactor = context.tensor('in.cot_sent');
  const { grads } = tf.variableGrads(() => {
    const { words, sentence } = forward(context, model);
    return words.mul(wordsFactor).sum().add(sentence.mul(sentenceFactor).sum()) as tf.Scalar;
  });
  context.expectWeightGradients('grad', grads, variablesOf(model), textEncoderNames());
}

/** Words `[batch, longest caption, dim]` and sentences `[batch, dim]`. */
function forward(context: ParityContext, model: tf.LayersModel): { words: tf.Tensor; sentence: tf.Tensor } {
  const lengths = context.tensor('in.cap_lens', 'int32');
  const longest = Math.max(...lengths.dataSync());
  const tokenIds = context.tensor('in.captions', 'int32').slice([0, 0], [-1, longest]);
  const [words, sentence] = model.apply([tokenIds, lengths], { training: true }) as [tf.Tensor, tf.Tensor];
  return { words, sentence };
}
