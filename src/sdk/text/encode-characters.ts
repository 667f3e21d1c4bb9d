import { WordbrushError } from '../errors.js';
import { CHARACTER_TOKENIZER, type CharacterOptions, characterColumns, TEXT_LENGTH } from './characters.js';
import { checkPrompt, type PromptWord } from './encode-prompt.js';

export interface EncodedCharacters {
  /** `TEXT_LENGTH` columns of the alphabet. */
  columns: Int32Array;
  /** Every word of the prompt in order. */
  words: PromptWord[];
}

/**
 * Turns a prompt into what a character encoder takes. Characters that its alphabet lacks are left out, and so is what
 * lies behind the last position read; a word is reported as unknown or truncated if nothing of it was read.
 * @throws WordbrushError PROMPT_EMPTY, PROMPT_TOO_LONG, PROMPT_UNKNOWN_WORDS if nothing at all was read.
 */
export function encodeCharacters(prompt: string, options: CharacterOptions): EncodedCharacters {
  checkPrompt(prompt);
  const columns = characterColumns(prompt, options);
  const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
  const words = Array.from(prompt.matchAll(/\S+/gu), (match): PromptWord => {
    const [text] = match;
    const start = bytesOf(prompt.slice(0, match.index));
    if (start >= TEXT_LENGTH) {
      return { text, status: 'truncated' };
    }
    const isRead = columns.subarray(start, start + bytesOf(text)).some((column) => column > 0);
    return { text, status: isRead ? 'used' : 'unknown' };
  });
  if (!words.some(({ status }) => status === 'used')) {
    throw new WordbrushError(
      'PROMPT_UNKNOWN_WORDS',
      `Expected a prompt in the characters that the model reads, received ${JSON.stringify(prompt.slice(0, 60))}.`,
      {
        hint: 'Write in plain Latin letters, small ones.',
        details: { words, tokenizer: CHARACTER_TOKENIZER.kind },
      },
    );
  }
  return { columns, words };
}
