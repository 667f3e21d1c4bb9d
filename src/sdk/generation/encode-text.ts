import type { Manifest, TokenizerDescription, VerifiedFiles } from '../bundle/index.js';
import type { GraphSession, TensorValue } from '../runtime/platform.js';
import { encodeCharacters, encodePrompt, type PromptWord, Vocabulary } from '../text/index.js';
import { runGraph, type TensorValues } from './run-graph.js';

/** A prompt as the graphs take it. */
export interface EncodedText {
  /** Batch 1: `sentence`, and of an encoder of words `words` [1, time, wordDim] and `lengths` [1] too. */
  values: TensorValues;
  /** What happened to each word. */
  words: PromptWord[];
}

/** Reads the prompts of one model. */
export interface TextReader {
  /** How many words it knows; undefined if it reads characters. */
  readonly vocabularyWords: number | undefined;
  /** A prompt that it knows. */
  readonly samplePrompt: string;
  /** @throws WordbrushError PROMPT_EMPTY, PROMPT_TOO_LONG, PROMPT_UNKNOWN_WORDS, MODEL_INVALID if the graph fails. */
  read(prompt: string, signal: AbortSignal | undefined): Promise<EncodedText>;
}

/** @throws WordbrushError MODEL_INVALID if the vocabulary is broken. */
export function createTextReader(
  tokenizer: TokenizerDescription,
  { textEncoder }: Manifest,
  files: VerifiedFiles,
  session: GraphSession,
): TextReader {
  const file = textEncoder?.file ?? '';
  if (tokenizer.kind === 'characters') {
    return {
      vocabularyWords: undefined,
      samplePrompt: 'a',
      read: async (prompt, signal) => {
        const { columns, words } = encodeCharacters(prompt, tokenizer);
        const characters: TensorValue = { data: columns, dims: [1, columns.length] };
        return {
          values: await runGraph(session, new Map([['characters', characters]]), file, { signal }),
          words,
        };
      },
    };
  }
  const vocabulary = Vocabulary.parse(new TextDecoder().decode(files.bytesOf(tokenizer.vocabularyFile)));
  return {
    vocabularyWords: vocabulary.size - 1,
    // Index 0 is padding.
    samplePrompt: vocabulary.words[1] ?? '',
    read: async (prompt, signal) => {
      const { ids, words } = encodePrompt(prompt, vocabulary, tokenizer.maxLength, tokenizer.splitting);
      const lengths: TensorValue = { data: Int32Array.of(ids.length), dims: [1] };
      const tokens: TensorValue = { data: ids, dims: [1, ids.length] };
      const inputs = new Map([
        ['token_ids', tokens],
        ['lengths', lengths],
      ]);
      return {
        values: new Map([...(await runGraph(session, inputs, file, { signal })), ['lengths', lengths]]),
        words,
      };
    },
  };
}

/** The words that the model read, in order: word t of the graphs' `words`. */
export function usedWords(words: readonly PromptWord[]): string[] {
  return words.filter(({ status }) => status === 'used').map(({ text }) => text);
}
