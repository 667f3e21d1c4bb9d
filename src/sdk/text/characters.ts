/** The tokenizer that a manifest names; raise `version` whenever any text gives other columns. */
export const CHARACTER_TOKENIZER = { kind: 'characters', version: 1 } as const;

/** Characters that the encoder reads of a text; it passes over the rest. */
export const TEXT_LENGTH = 201;

/**
 * The alphabet of the official code. The hyphen stands in it twice and has the later column, so that the first one is
 * never set; it ends with a space.
 */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:\'"/\\|_@#$%^&*~`+-=<>()[]{} ';

/** Columns of a character, dead one included. */
export const ALPHABET_SIZE = ALPHABET.length;

export interface CharacterOptions {
  /**
   * Turn capitals into small letters. @default false: the alphabet has no capitals, and the official code leaves them
   * out like any other unknown character
   */
  lowerCase?: boolean;
}

/**
 * A text as columns of the alphabet, from 1 to 70, one a position; 0 after the end and for whatever the alphabet does not
 * have. Positions are bytes of UTF-8, as in the official code: an `é` takes two, both 0.
 * @returns `TEXT_LENGTH` numbers.
 */
export function characterColumns(text: string, options: CharacterOptions = {}): Int32Array {
  const bytes = new TextEncoder().encode(options.lowerCase === true ? text.toLowerCase() : text);
  const columns = new Int32Array(TEXT_LENGTH);
  for (const [position, byte] of bytes.subarray(0, TEXT_LENGTH).entries()) {
    columns[position] = ALPHABET.lastIndexOf(String.fromCharCode(byte)) + 1;
  }
  return columns;
}
