import * as tf from '@tensorflow/tfjs';
import { FinalStates } from '../../layers/final-states.js';
import { LengthMask } from '../../layers/length-mask.js';
import { LstmDirection } from '../../layers/lstm-direction.js';
import { RootMeanSquareNorm } from '../../layers/root-mean-square-norm.js';
import { SeededDropout } from '../../layers/seeded-dropout.js';

export interface BiLstmOptions {
  /** Rows of the embedding, padding (row 0) included. */
  vocabularySize: number;
  embeddingDim: number;
  /** Size of a word vector and of the sentence vector: both directions side by side, so an even number. */
  sentenceDim: number;
  /**
   * Scale sentence vectors to mean square 1. Cosines do not see their length, so training by contrast leaves it
   * anywhere; a generator learns its text much sooner when it is of the size of its noise. @default false
   */
  normalizeSentence?: boolean;
  /**
   * Share of the embedding's elements that a training pass drops; such passes then need the option `random`, see
   * `SeededDropout`. @default 0; the official DAMSM has 0.5
   */
  embeddingDropout?: number;
}

/**
 * The bi-LSTM text encoder of AttnGAN (section 3.2; `RNN_ENCODER` of the official code).
 *
 * Inputs `token_ids` `[batch, time]` int32, padded with 0 at the end, and `lengths` `[batch]` int32, at least 1.
 * Outputs `words` `[batch, time, sentenceDim]`, zeros at padding, and `sentence` `[batch, sentenceDim]`.
 */
export function buildBiLstm(options: BiLstmOptions): tf.LayersModel {
  const {
    vocabularySize,
    embeddingDim,
    sentenceDim,
    normalizeSentence = false,
    embeddingDropout = 0,
  } = options;
  const units = sentenceDim / 2;
  const tokenIds = tf.input({ shape: [null], dtype: 'int32', name: 'token_ids' });
  const lengths = tf.input({ shape: [], dtype: 'int32', name: 'lengths' });

  const embedding = tf.layers.embedding({
    inputDim: vocabularySize,
    outputDim: embeddingDim,
    name: 'embedding',
  });
  let embedded = embedding.apply(tokenIds) as tf.SymbolicTensor;
  if (embeddingDropout > 0) {
    const dropout = new SeededDropout({ name: 'embedding_dropout', rate: embeddingDropout });
    embedded = dropout.apply(embedded) as tf.SymbolicTensor;
  }
  const mask = new LengthMask({ name: 'length_mask' }).apply([tokenIds, lengths]) as tf.SymbolicTensor;
  const direction = (name: string, backward: boolean) =>
    new LstmDirection({ name, units, backward }).apply([embedded, mask]) as tf.SymbolicTensor;

  const words = tf.layers
    .concatenate({ axis: -1, name: 'words' })
    .apply([direction('forward', false), direction('backward', true)]) as tf.SymbolicTensor;
  let sentence = new FinalStates({ name: 'sentence' }).apply([words, lengths]) as tf.SymbolicTensor;
  if (normalizeSentence) {
    sentence = new RootMeanSquareNorm({ name: 'sentence_norm' }).apply(sentence) as tf.SymbolicTensor;
  }
  return tf.model({ inputs: [tokenIds, lengths], outputs: [words, sentence], name: 'bi_lstm' });
}
