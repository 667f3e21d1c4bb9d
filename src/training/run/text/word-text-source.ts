import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { encodeCaptions } from '../../data/token-batch.js';
import type { CaptionReader } from '../caption-reader.js';
import type { TextSource, TextVectors } from './text-source.js';

/** Captions through a bi-LSTM, which gives words and sentences. */
export class WordTextSource implements TextSource {
  /** @param textEncoder from `buildBiLstm`; disposed of with the source. */
  constructor(
    private readonly textEncoder: tf.LayersModel,
    private readonly reader: CaptionReader,
  ) {}

  draw(pictures: readonly number[], random: RandomStream): TextVectors {
    return this.encode(this.reader.draw(pictures, random));
  }

  first(pictures: readonly number[]): TextVectors {
    return this.encode(this.reader.first(pictures));
  }

  dispose(): void {
    this.textEncoder.dispose();
  }

  private encode(ids: readonly (readonly number[])[]): TextVectors {
    const { sentences, words: vectors, lengths } = encodeCaptions(this.textEncoder, ids);
    return { sentences, words: { vectors, lengths } };
  }
}
