import type * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { Vocabulary } from '../../../sdk/text/vocabulary.js';
import { encodeCaptions } from '../../data/token-batch.js';
import type { CaptionReader } from '../caption-reader.js';
import type { TextSource, TextVectors } from './text-source.js';

/** Captions through a bi-LSTM, which gives words and sentences. */
export class WordTextSource implements TextSource {
  /** @param textEncoder from `buildBiLstm`; disposed of with the source. */
  constructor(
    private readonly textEncoder: tf.LayersModel,
    private readonly reader: CaptionReader,
    private readonly vocabulary: Vocabulary,
  ) {}

  draw(pictures: readonly number[], random: RandomStream): TextVectors {
    return this.encode(this.reader.draw(pictures, random));
  }

  first(pictures: readonly number[]): TextVectors {
    return this.encode(this.reader.first(pictures));
  }

  wordsOf(pictures: readonly number[]): string[][] {
    // Index 0 stands for a caption without a word that is known.
    return this.reader
      .first(pictures)
      .map((ids) => ids.filter((id) => id !== 0).map((id) => this.vocabulary.words[id] ?? ''));
  }

  dispose(): void {
    this.textEncoder.dispose();
  }

  private encode(ids: readonly (readonly number[])[]): TextVectors {
    const { sentences, words: vectors, lengths } = encodeCaptions(this.textEncoder, ids);
    return { sentences, words: { vectors, lengths } };
  }
}
