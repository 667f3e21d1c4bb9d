import * as tf from '@tensorflow/tfjs';

export interface TokenBatch {
  /** `[batch, time]` int32, 0 after the last word; time is the longest caption of the batch. */
  tokenIds: tf.Tensor2D;
  /** `[batch]` int32 */
  lengths: tf.Tensor1D;
}

/** Pads captions, each a list of word ids with at least one entry, to the longest of them. */
export function tokenBatch(captions: readonly (readonly number[])[]): TokenBatch {
  const time = Math.max(...captions.map((ids) => ids.length));
  const padded = new Int32Array(captions.length * time);
  for (const [row, ids] of captions.entries()) padded.set(ids, row * time);
  return {
    tokenIds: tf.tensor2d(padded, [captions.length, time], 'int32'),
    lengths: tf.tensor1d(
      Int32Array.from(captions, (ids) => ids.length),
      'int32',
    ),
  };
}

/** What a text encoder says of captions. */
export interface EncodedCaptions {
  /** `[batch, time, wordDim]`, zeros at padding. */
  words: tf.Tensor3D;
  /** Words in each caption, `[batch]` int32. */
  lengths: tf.Tensor1D;
  /** `[batch, sentenceDim]` */
  sentences: tf.Tensor2D;
}

/** Vectors of captions given as word ids, by a text encoder in inference mode. */
export function encodeCaptions(
  textEncoder: tf.LayersModel,
  captions: readonly (readonly number[])[],
): EncodedCaptions {
  return tf.tidy(() => {
    const { tokenIds, lengths } = tokenBatch(captions);
    const [words, sentences] = textEncoder.apply([tokenIds, lengths]) as [tf.Tensor3D, tf.Tensor2D];
    return { words, lengths, sentences };
  });
}

/** Sentence vectors `[batch, sentenceDim]` alone. */
export function encodeSentences(
  textEncoder: tf.LayersModel,
  captions: readonly (readonly number[])[],
): tf.Tensor2D {
  return tf.tidy(() => encodeCaptions(textEncoder, captions).sentences);
}
