import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { FinalStates } from '../../layers/final-states.js';
import { LengthMask } from '../../layers/length-mask.js';
import { LstmDirection } from '../../layers/lstm-direction.js';
import { connected, ofRank, outputsOf, type PassOptions } from '../../layers/model-outputs.js';
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
 * @throws {WordbrushError} `INVALID_OPTION` for an odd `sentenceDim`.
 */
export function buildBiLstm(options: BiLstmOptions): tf.LayersModel {
  const { vocabularySize, embeddingDim, sentenceDim } = options;
  const { normalizeSentence = false, embeddingDropout = 0 } = options;
  requireEven(sentenceDim);
  const units = sentenceDim / 2;
  const tokenIds = tf.input({ shape: [null], dtype: 'int32', name: 'token_ids' });
  const lengths = tf.input({ shape: [], dtype: 'int32', name: 'lengths' });

  const embedding = tf.layers.embedding({
    inputDim: vocabularySize,
    outputDim: embeddingDim,
    name: 'embedding',
  });
  let embedded = connected(embedding, tokenIds);
  if (embeddingDropout > 0) {
    const dropout = new SeededDropout({ name: 'embedding_dropout', rate: embeddingDropout });
    embedded = connected(dropout, embedded);
  }
  const mask = connected(new LengthMask({ name: 'length_mask' }), [tokenIds, lengths]);
  const direction = (name: string, backward: boolean) =>
    connected(new LstmDirection({ name, units, backward }), [embedded, mask]);

  const words = connected(tf.layers.concatenate({ axis: -1, name: 'words' }), [
    direction('forward', false),
    direction('backward', true),
  ]);
  let sentence = connected(new FinalStates({ name: 'sentence' }), [words, lengths]);
  if (normalizeSentence) {
    sentence = connected(new RootMeanSquareNorm({ name: 'sentence_norm' }), sentence);
  }
  return tf.model({ inputs: [tokenIds, lengths], outputs: [words, sentence], name: 'bi_lstm' });
}

/** What a bi-LSTM says of a batch of captions. */
export interface EncodedTokens {
  /** `[batch, time, sentenceDim]`, zeros at padding. */
  words: tf.Tensor3D;
  /** `[batch, sentenceDim]` */
  sentences: tf.Tensor2D;
}

/** Word and sentence vectors of token ids `[batch, time]`, of which `lengths` `[batch]` are words. */
export function applyTextEncoder(
  textEncoder: tf.LayersModel,
  tokenIds: tf.Tensor2D,
  lengths: tf.Tensor1D,
  options: PassOptions = {},
): EncodedTokens {
  const [words, sentences] = outputsOf(textEncoder, [tokenIds, lengths], options);
  if (words === undefined || sentences === undefined) {
    throw new TypeError('Expected a text encoder with two outputs.');
  }
  return { words: ofRank(words, 3), sentences: ofRank(sentences, 2) };
}

function requireEven(sentenceDim: number): void {
  if (sentenceDim > 0 && sentenceDim % 2 === 0) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected sentenceDim: an even number, both directions side by side, received ${sentenceDim}.`,
  );
}
