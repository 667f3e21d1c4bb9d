/** The tokenizer that a manifest names; raise `version` whenever any text gives other tokens. */
export const TOKENIZER = { kind: 'words', version: 1 } as const;

const COMBINING_ACCENTS = /[\u0300-\u036f]/gu;
const KEYCAP = /\ufe0f?\u20e3/gu;

// Marks other than accents stay, since Indic vowels are marks. Lone apostrophes separate; inner ones join.
const WORD = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}]|['’](?=[\p{L}\p{N}]))*`;
const PICTOGRAPH = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|[\u{e0020}-\u{e007f}])*`;
const EMOJI = String.raw`${PICTOGRAPH}(?:\u200d${PICTOGRAPH})*|\p{Regional_Indicator}{1,2}`;
const TOKEN = new RegExp(`${WORD}|${EMOJI}`, 'gu');
const WORD_START = /^[\p{L}\p{N}]/u;

/**
 * Splits text into the tokens of tokenizer `words`, version 1: lower-case words without accents or
 * apostrophes ("Crème, woman’s" gives `creme`, `womans`), and every emoji as a token of its own.
 * Punctuation and white space are dropped.
 */
export function tokenize(text: string): string[] {
  const plain = text.normalize('NFKD').toLowerCase().replace(COMBINING_ACCENTS, '').replace(KEYCAP, '');
  return Array.from(plain.normalize('NFC').matchAll(TOKEN), ([token]) => token.replace(/['’]/gu, ''));
}

/** Whether a token is a word, which a vocabulary can hold, and not an emoji, which it cannot. */
export function isWord(token: string): boolean {
  return WORD_START.test(token);
}
