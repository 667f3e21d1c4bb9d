import { tokenize } from '../../sdk/text/tokenize.js';
import type { Vocabulary } from '../../sdk/text/vocabulary.js';

/**
 * The words of a caption as ids, unknown ones left out, cut to `maxLength`. A caption without a known word becomes
 * one padding id: its sentence vector then says nothing, but training goes on.
 */
export function captionIds(caption: string, vocabulary: Vocabulary, maxLength: number): number[] {
  const ids = tokenize(caption)
    .map((word) => vocabulary.indexOf(word))
    .filter((id) => id !== undefined)
    .slice(0, maxLength);
  return ids.length > 0 ? ids : [0];
}
