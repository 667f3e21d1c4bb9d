import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';

/** Vectors of captions; the caller disposes of them. */
export interface TextVectors {
  /** `[batch, sentenceDim]` */
  sentences: tf.Tensor2D;
  /** Undefined for a source that knows whole captions only. */
  words: WordVectors | undefined;
}

export interface WordVectors {
  /** `[batch, time, wordDim]`, zeros at padding. */
  vectors: tf.Tensor3D;
  /** Words in each caption, `[batch]` int32. */
  lengths: tf.Tensor1D;
}

/** Where a generator's training has its text from: a frozen encoder, or vectors from a file. */
export interface TextSource {
  /** Vectors of a caption drawn for each of these pictures of the training split. */
  draw(pictures: readonly number[], random: RandomStream): TextVectors;
  /** Vectors of each picture's first caption. */
  first(pictures: readonly number[]): TextVectors;
  /** The words of each picture's first caption as they are read; absent in a source that knows whole captions only. */
  wordsOf?(pictures: readonly number[]): string[][];
  dispose(): void;
}

/** Vectors that a generator with text was given. */
export function requireText(text: TextVectors | undefined): TextVectors {
  if (text === undefined) throw new RangeError('Expected vectors of captions.');
  return text;
}

/** Every tensor of vectors, for `tf.dispose`. */
export function tensorsOf({ sentences, words }: TextVectors): tf.Tensor[] {
  return words === undefined ? [sentences] : [sentences, words.vectors, words.lengths];
}
