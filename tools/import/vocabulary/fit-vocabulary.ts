import { WordbrushError } from '../../../src/sdk/errors.js';
import { PADDING, tokenize, tokenizeOfficial, Vocabulary } from '../../../src/sdk/text/index.js';

/** What official code and others call index 0. */
const PADDING_NAMES = ['<end>', '<pad>', '<PAD>', '<eos>', '<EOS>', '<unk>'];

/**
 * The vocabulary of an encoder with `rows` rows. Index 0 becomes our padding, whatever it is called; a list without it,
 * one word shorter than the encoder, gets it put before.
 * @throws {WordbrushError} `WEIGHTS_INVALID` naming both sizes if it belongs to another encoder; `MODEL_INVALID` for a
 * word that occurs twice.
 */
export function fitVocabulary(words: readonly string[], rows: number, source: string): Vocabulary {
  const lacksPadding = words.length === rows - 1 && !PADDING_NAMES.includes(words[0] ?? '');
  const all = lacksPadding ? [PADDING, ...words] : [PADDING, ...words.slice(1)];
  if (all.length !== rows) {
    throw new WordbrushError(
      'WEIGHTS_INVALID',
      `Expected a vocabulary of ${rows} words, as many as the text encoder has, received ${words.length} in ${source}.`,
      {
        hint: 'Text encoder and vocabulary have to be of the same release: give the captions.pickle that came with it.',
        details: { expected: rows, received: words.length, source },
      },
    );
  }
  return Vocabulary.parse(JSON.stringify({ words: all }));
}

/** Words that no prompt gives, split like that: it cannot reach them. */
export function unreachableWords({ words }: Vocabulary, splitting: 'official' | undefined): string[] {
  const split = splitting === 'official' ? tokenizeOfficial : tokenize;
  return words.slice(1).filter((word) => {
    const [token, ...more] = split(word);
    return token !== word || more.length > 0;
  });
}

/**
 * How captions were split to give these words: as the official code does, unless ours reaches more of them. Data in other
 * scripts than Latin, of which the official code would leave nothing, were read by code of their own.
 */
export function splittingOf(vocabulary: Vocabulary): 'official' | undefined {
  const missed = (splitting: 'official' | undefined) => unreachableWords(vocabulary, splitting).length;
  return missed('official') <= missed(undefined) ? 'official' : undefined;
}
