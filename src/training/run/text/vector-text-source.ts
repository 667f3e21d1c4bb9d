import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { TextSource, TextVectors } from './text-source.js';

/** Sentence vectors of a picture, one a caption. */
export type PictureVectors = readonly Float32Array[];

/** Sentence vectors that another program made. They have no words. */
export class VectorTextSource implements TextSource {
  /**
   * @param vectors of each picture of the training split, at least one each.
   * @param sentenceDim their size.
   */
  constructor(
    private readonly vectors: readonly PictureVectors[],
    private readonly sentenceDim: number,
  ) {}

  draw(pictures: readonly number[], random: RandomStream): TextVectors {
    return this.rows(
      pictures.map((picture) => this.at(picture, random.integer(this.vectors[picture]?.length ?? 1))),
    );
  }

  first(pictures: readonly number[]): TextVectors {
    return this.rows(pictures.map((picture) => this.at(picture, 0)));
  }

  dispose(): void {
    // Nothing but numbers is held.
  }

  private at(picture: number, index: number): Float32Array {
    const vector = this.vectors[picture]?.[index];
    if (vector === undefined) throw new RangeError(`Expected vectors of picture ${picture}.`);
    return vector;
  }

  private rows(vectors: readonly Float32Array[]): TextVectors {
    const values = new Float32Array(vectors.length * this.sentenceDim);
    for (const [row, vector] of vectors.entries()) values.set(vector, row * this.sentenceDim);
    return { sentences: tf.tensor2d(values, [vectors.length, this.sentenceDim]), words: undefined };
  }
}
