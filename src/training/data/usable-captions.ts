import { isWord, tokenize } from '../../sdk/text/tokenize.js';
import type { ProblemLog } from './dataset-problems.js';
import { decodeLines, type TextLine } from './decode-lines.js';

/** Without a word there is nothing for a text encoder to read. */
export function hasWord(caption: string): boolean {
  return tokenize(caption).some(isWord);
}

/** The captions of a text file, one a line. Blank lines are none; what else is no caption is left out and reported. */
export function captionsOfText(bytes: Uint8Array, path: string, log: ProblemLog): string[] {
  return decodeLines(bytes).flatMap(({ text, line, wasLatin1 }: TextLine) => {
    const caption = text.trim();
    if (caption === '') return [];
    const place = { path, line };
    if (!isCaption(caption)) {
      log.warn(place, 'has no word, made of letters or digits, and was left out');
      return [];
    }
    if (wasLatin1) log.warn(place, 'is not UTF-8 and was read as Windows-1252 (Latin-1)');
    return [caption];
  });
}

/** Text with a word; what has a zero in it is no text. */
export function isCaption(text: string): boolean {
  return !text.includes('\0') && hasWord(text);
}
