import { WordbrushError } from '../errors.js';
import { nearMisses } from './near-misses.js';
import { isWord, tokenize } from './tokenize.js';
import { tokenizeOfficial } from './tokenize-official.js';
import type { Vocabulary } from './vocabulary.js';

/** Longer prompts are refused: no model reads more than a few dozen words. */
export const MAX_PROMPT_CHARACTERS = 2_000;

/** How many unknown words an error message names. */
const MAX_WORDS_NAMED = 5;

/** What happened to one word of the prompt. */
export interface PromptWord {
  /** The word as the model reads it: lower case, without accents. */
  text: string;
  /** `unknown`: the vocabulary lacks it. `truncated`: it is known but stands behind the last word read. */
  status: 'used' | 'unknown' | 'truncated';
  /** For an unknown word: up to three known words of similar spelling, the closest first. */
  suggestions?: string[];
}

export interface EncodedPrompt {
  /** One index of the vocabulary for each used word, 1 to `maxLength` of them. */
  ids: Int32Array;
  /** Every word of the prompt in order. */
  words: PromptWord[];
}

/**
 * Turns a prompt into the ids that a text encoder takes. Unknown words are left out; known words after the
 * first `maxLength` are too. Both are reported.
 * @throws WordbrushError PROMPT_EMPTY without any word, PROMPT_TOO_LONG over 2,000 characters,
 * PROMPT_UNKNOWN_WORDS if no word is known.
 * @param splitting how the model splits a text into words: see `tokenize` and `tokenizeOfficial`.
 */
export function encodePrompt(
  prompt: string,
  vocabulary: Vocabulary,
  maxLength: number,
  splitting?: 'official',
): EncodedPrompt {
  checkPrompt(prompt);
  const tokens = splitting === 'official' ? tokenizeOfficial(prompt) : tokenize(prompt);
  if (tokens.length === 0) {
    throw emptyPrompt(`received ${JSON.stringify(prompt)}`);
  }
  const suggest = rememberedNearMisses(vocabulary);
  const ids: number[] = [];
  const words = tokens.map((text): PromptWord => {
    const id = vocabulary.indexOf(text);
    if (id === undefined) {
      const suggestions = isWord(text) ? suggest(text) : [];
      return { text, status: 'unknown', ...(suggestions.length > 0 && { suggestions }) };
    }
    if (ids.length === maxLength) {
      return { text, status: 'truncated' };
    }
    ids.push(id);
    return { text, status: 'used' };
  });
  if (ids.length === 0) {
    throw unknownWords(words);
  }
  return { ids: Int32Array.from(ids), words };
}

/**
 * What can be said of a prompt before a model is loaded.
 * @throws WordbrushError PROMPT_EMPTY, PROMPT_TOO_LONG.
 */
export function checkPrompt(prompt: string): void {
  if (prompt.length > MAX_PROMPT_CHARACTERS) {
    throw new WordbrushError(
      'PROMPT_TOO_LONG',
      `Expected a prompt of at most ${MAX_PROMPT_CHARACTERS} characters, received ${prompt.length}.`,
      { hint: 'Describe the picture in one sentence.', details: { characters: prompt.length } },
    );
  }
  if (prompt.trim() === '') {
    throw emptyPrompt(prompt === '' ? 'received an empty text' : 'received white space only');
  }
}

/** A word repeated a thousand times is looked up once. */
function rememberedNearMisses(vocabulary: Vocabulary): (token: string) => string[] {
  const known = new Map<string, string[]>();
  return (token) => {
    const remembered = known.get(token) ?? nearMisses(token, vocabulary);
    known.set(token, remembered);
    return [...remembered];
  };
}

function emptyPrompt(received: string): WordbrushError {
  return new WordbrushError('PROMPT_EMPTY', `Expected a prompt with at least one word, ${received}.`, {
    hint: 'Say what the picture shows, for example "a red heart".',
  });
}

function unknownWords(words: readonly PromptWord[]): WordbrushError {
  const distinct = [...new Map(words.map((word) => [word.text, word])).values()];
  const named = distinct.slice(0, MAX_WORDS_NAMED).map(describeUnknown);
  const rest = distinct.length - named.length;
  const list = named.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  return new WordbrushError(
    'PROMPT_UNKNOWN_WORDS',
    `Expected at least one word of the model's vocabulary, received only unknown ones: ${list}.`,
    {
      hint: 'Use words of the captions that the model was trained on.',
      details: { words: distinct },
    },
  );
}

function describeUnknown({ text, suggestions = [] }: PromptWord): string {
  const quoted = `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
  return suggestions.length === 0 ? quoted : `${quoted} (near: ${suggestions.join(', ')})`;
}
