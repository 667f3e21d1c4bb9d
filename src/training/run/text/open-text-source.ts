import type { Vocabulary } from '../../../sdk/text/vocabulary.js';
import type { Dataset } from '../../data/dataset.js';
import { buildBiLstm } from '../../encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../../encoders/char-cnn-rnn/char-cnn-rnn.js';
import { variablesOf } from '../../weights/named-variables.js';
import { CaptionReader } from '../caption-reader.js';
import type { DrawingConfig } from '../config/run-config.js';
import type { TextEncoderConfig } from '../config/text-encoder-config.js';
import type { RunFolder } from '../run-folder.js';
import { CharacterTextSource } from './character-text-source.js';
import { readVectors } from './read-vectors.js';
import type { TextSource } from './text-source.js';
import { VectorTextSource } from './vector-text-source.js';
import { vocabularySizeOf } from './vocabulary-size.js';
import { WordTextSource } from './word-text-source.js';

export interface TextSourcePlaces {
  folder: RunFolder;
  vocabulary: Vocabulary;
  dataset: Dataset;
}

/**
 * The text of a run's training pictures, by the encoder that the run folder holds.
 * @throws WordbrushError CHECKPOINT_INVALID, WEIGHTS_INVALID, DATASET_INVALID
 */
export async function openTextSource(
  config: DrawingConfig,
  textEncoder: TextEncoderConfig,
  { folder, vocabulary, dataset }: TextSourcePlaces,
): Promise<TextSource> {
  const captions = dataset.train.map((image) => image.captions);
  switch (textEncoder.kind) {
    case 'vectors': {
      const names = dataset.train.map(({ fileName }) => fileName);
      return new VectorTextSource(await readVectors(textEncoder, names), textEncoder.sentenceDim);
    }
    case 'char-cnn-rnn': {
      const model = buildCharCnnRnn(textEncoder);
      await folder.loadTextEncoder(variablesOf(model));
      const { lowerCase } = textEncoder;
      return new CharacterTextSource(model, { captions, style: config.captions, lowerCase });
    }
    default: {
      const vocabularySize = vocabularySizeOf(textEncoder, vocabulary);
      const model = buildBiLstm({ ...textEncoder, vocabularySize });
      await folder.loadTextEncoder(variablesOf(model));
      const maxLength = config.architecture === 'attngan' ? config.maxLength : textEncoder.maxLength;
      const reader = new CaptionReader(captions, config.captions, vocabulary, maxLength);
      return new WordTextSource(model, reader, vocabulary);
    }
  }
}
