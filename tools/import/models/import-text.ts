import { WordbrushError } from '../../../src/sdk/errors.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../../../src/training/encoders/char-cnn-rnn/char-cnn-rnn.js';
import type { TextModel } from '../../../src/training/export/export-text.js';
import type { CharacterEncoderPart, TextEncoderPart } from '../detect/parts.js';
import { characterEncoderNames } from '../official-names/char-cnn-rnn.js';
import { loadOfficialOrDispose } from '../official-names/load-official.js';
import { textEncoderNames } from '../official-names/text-encoder.js';
import { fitVocabulary, splittingOf } from '../vocabulary/fit-vocabulary.js';
import { type ImportedVocabulary, readVocabulary } from '../vocabulary/read-vocabulary.js';
import type { SourceFile } from '../weight-source.js';
import type { FoundPart } from './find-part.js';

export interface ImportedText {
  model: TextModel;
  /** Something to draw: a caption of the vocabulary file, or a few of its words. */
  example: string;
  vocabularySize: number | undefined;
}

/** Words that a prompt may have: WORDS_NUM of the official evaluation. */
const MAX_LENGTHS: Readonly<Record<string, number>> = { 'MS-COCO': 20 };
const DEFAULT_MAX_LENGTH = 25;
const CHARACTER_EXAMPLE = 'this small bird has a red head and a white belly';

/** A text encoder with its weights. @throws {WordbrushError} `WEIGHTS_INVALID`, `INVALID_OPTION` without a vocabulary */
export function importText(
  found: FoundPart<'text-encoder'> | FoundPart<'character-encoder'>,
  vocabularyFile: SourceFile | undefined,
  dataset: string | undefined,
): ImportedText {
  return found.part.kind === 'text-encoder'
    ? importWords(found.part, found, vocabularyFile, dataset)
    : importCharacters(found.part, found, vocabularyFile);
}

function importWords(
  part: TextEncoderPart,
  { tensors, source }: Pick<FoundPart<'text-encoder'>, 'tensors' | 'source'>,
  vocabularyFile: SourceFile | undefined,
  dataset: string | undefined,
): ImportedText {
  if (vocabularyFile === undefined) {
    throw new WordbrushError('INVALID_OPTION', 'Expected a vocabulary for the text encoder of words.', {
      hint: 'Give the captions.pickle that came with the weights: the order of its words is in no other file.',
    });
  }
  const read = readVocabulary(vocabularyFile.bytes, vocabularyFile.path);
  const vocabulary = fitVocabulary(read.words, part.vocabularySize, vocabularyFile.path);
  const splitting = splittingOf(vocabulary);
  const encoder = buildBiLstm(part);
  loadOfficialOrDispose(encoder, tensors, textEncoderNames(), { source });
  const maxLength = MAX_LENGTHS[dataset ?? ''] ?? DEFAULT_MAX_LENGTH;
  return {
    model: {
      kind: 'words',
      encoder,
      vocabulary,
      maxLength,
      ...(splitting !== undefined && { splitting }),
    },
    example: exampleOf(read, vocabulary.words),
    vocabularySize: vocabulary.size,
  };
}

function exampleOf({ example }: ImportedVocabulary, words: readonly string[]): string {
  return example ?? words.slice(1, 6).join(' ');
}

function importCharacters(
  part: CharacterEncoderPart,
  { tensors, source }: Pick<FoundPart<'character-encoder'>, 'tensors' | 'source'>,
  vocabularyFile: SourceFile | undefined,
): ImportedText {
  if (vocabularyFile !== undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected no vocabulary beside an encoder of characters, received ${vocabularyFile.path}.`,
    );
  }
  const encoder = buildCharCnnRnn(part);
  loadOfficialOrDispose(encoder, tensors, characterEncoderNames(), { source });
  return { model: { kind: 'characters', encoder }, example: CHARACTER_EXAMPLE, vocabularySize: undefined };
}
