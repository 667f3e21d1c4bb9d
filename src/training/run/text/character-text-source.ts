import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { characterBatch } from '../../encoders/char-cnn-rnn/characters.js';
import { type CharacterTextOptions, drawTexts, firstTexts } from './character-texts.js';
import type { TextSource, TextVectors } from './text-source.js';

/** Captions through a char-CNN-RNN, which gives sentences alone. */
export class CharacterTextSource implements TextSource {
  /** @param textEncoder from `buildCharCnnRnn`; disposed of with the source. */
  constructor(
    private readonly textEncoder: tf.LayersModel,
    private readonly options: CharacterTextOptions,
  ) {}

  draw(pictures: readonly number[], random: RandomStream): TextVectors {
    return this.encode(drawTexts(this.options, pictures, random));
  }

  first(pictures: readonly number[]): TextVectors {
    return this.encode(firstTexts(this.options, pictures));
  }

  dispose(): void {
    this.textEncoder.dispose();
  }

  private encode(texts: readonly string[]): TextVectors {
    const { lowerCase } = this.options;
    const sentences = tf.tidy(
      () => this.textEncoder.apply(characterBatch(texts, { lowerCase })) as tf.Tensor2D,
    );
    return { sentences, words: undefined };
  }
}
