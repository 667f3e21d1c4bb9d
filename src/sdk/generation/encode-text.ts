import type { Manifest, TokenizerDescription, VerifiedFiles } from '../bundle/index.js';
import { reasonOf, WordbrushError } from '../errors.js';
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

/**
 * @throws WordbrushError MODEL_INVALID if the vocabulary is broken; MANIFEST_INVALID if it lacks every word of the
 * self-test.
 */
export function createTextReader(
  tokenizer: TokenizerDescription,
  manifest: Manifest,
  files: VerifiedFiles,
  session: GraphSession,
): TextReader {
  const file = manifest.textEncoder?.file ?? '';
  if (tokenizer.kind === 'characters') {
    requireReadable(manifest, (prompt) => encodeCharacters(prompt, tokenizer));
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
  const encode = (prompt: string) =>
    encodePrompt(prompt, vocabulary, tokenizer.maxLength, tokenizer.splitting);
  requireReadable(manifest, encode);
  return {
    vocabularyWords: vocabulary.size - 1,
    // Index 0 is padding.
    samplePrompt: vocabulary.words[1] ?? '',
    read: async (prompt, signal) => {
      const { ids, words } = encode(prompt);
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

/** @throws WordbrushError MANIFEST_INVALID if the manifest's own prompt cannot be read. */
function requireReadable({ name, selfTest }: Manifest, encode: (prompt: string) => unknown): void {
  if (selfTest?.prompt === undefined) return;
  try {
    encode(selfTest.prompt);
  } catch (error) {
    const reason = reasonOf(error);
    throw new WordbrushError(
      'MANIFEST_INVALID',
      `Expected selfTest.prompt: a text that the model reads (in ${name}): ${reason}.`,
      {
        hint: 'Get the model bundle again, or export it again.',
        cause: error,
        details: { field: 'selfTest.prompt' },
      },
    );
  }
}

/** The words that the model read, in order: word t of the graphs' `words`. */
export function usedWords(words: readonly PromptWord[]): string[] {
  return words.filter(({ status }) => status === 'used').map(({ text }) => text);
}
