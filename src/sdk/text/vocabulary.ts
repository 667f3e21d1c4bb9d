import * as z from 'zod/mini';
import { reasonOf, WordbrushError } from '../errors.js';
import { isWord, tokenize } from './tokenize.js';

/** What stands at index 0, which fills up the shorter captions of a batch. */
export const PADDING = '<pad>';

/** Larger than any vocabulary in use, small enough to refuse a file made to fill the memory. */
const MAX_WORDS = 1_000_000;

/** In a loop of our own: for each of thousands of words a schema takes as long as all the rest of the text. */
const vocabularySchema = z.object({
  words: z
    .custom<string[]>(Array.isArray, { error: 'expected a list' })
    .check(z.minLength(2), z.maxLength(MAX_WORDS), ({ value, issues }) => {
      const wrong = value.findIndex((word: unknown) => typeof word !== 'string' || word === '');
      if (wrong < 0) return;
      issues.push({ code: 'custom', message: 'expected a word', path: [wrong], input: value[wrong] });
    }),
});

/** The words a model knows, each with the index that its text encoder takes. Index 0 is padding. */
export class Vocabulary {
  /** By index; `words[0]` is the padding. */
  readonly words: readonly string[];
  readonly #indices: ReadonlyMap<string, number>;

  private constructor(words: readonly string[]) {
    this.words = words;
    this.#indices = new Map(words.map((word, index) => [word, index]));
  }

  /** The vocabulary of all words in `captions`, the most frequent first, equals in alphabetical order. */
  static fromCaptions(captions: Iterable<string>): Vocabulary {
    const counts = new Map<string, number>();
    for (const caption of captions) {
      for (const token of tokenize(caption)) {
        if (isWord(token)) {
          counts.set(token, (counts.get(token) ?? 0) + 1);
        }
      }
    }
    const byFrequency = [...counts].sort(
      ([wordA, countA], [wordB, countB]) => countB - countA || (wordA < wordB ? -1 : 1),
    );
    return new Vocabulary([PADDING, ...byFrequency.map(([word]) => word)]);
  }

  /**
   * Reads the text of a `vocabulary.json`: `{ "words": ["<pad>", "a", ...] }`.
   * @throws WordbrushError MODEL_INVALID if it is not JSON of that form, or a word occurs twice.
   */
  static parse(json: string): Vocabulary {
    const result = vocabularySchema.safeParse(parseJson(json));
    if (!result.success) {
      const issue = result.error.issues[0];
      throw invalidVocabulary(`at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`);
    }
    const { words } = result.data;
    if (words[0] !== PADDING) {
      throw invalidVocabulary(`expected "${PADDING}" as the first word, received "${words[0]}"`);
    }
    const vocabulary = new Vocabulary(words);
    const repeated = words.find((word, index) => vocabulary.#indices.get(word) !== index);
    if (repeated !== undefined) {
      throw invalidVocabulary(`the word "${repeated}" occurs twice`);
    }
    return vocabulary;
  }

  /** How many indices there are, the padding included: the number of rows of the embedding. */
  get size(): number {
    return this.words.length;
  }

  /** The index of a token that {@link tokenize} gave, or undefined for one that the vocabulary lacks. */
  indexOf(token: string): number | undefined {
    const index = this.#indices.get(token);
    return index === 0 ? undefined : index;
  }

  /** What `JSON.stringify` writes and {@link Vocabulary.parse} reads. */
  toJSON(): { words: readonly string[] } {
    return { words: this.words };
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw invalidVocabulary(reasonOf(error), error);
  }
}

function invalidVocabulary(reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('MODEL_INVALID', `The vocabulary is not valid: ${reason}.`, {
    hint: 'Get the model bundle again, or export it again.',
    cause,
  });
}
