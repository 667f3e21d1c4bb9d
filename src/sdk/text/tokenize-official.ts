/** What Python's `\w` matches in Unicode text: letters, numbers and the underscore, but no marks. */
const WORD = /[\p{L}\p{N}_]+/gu;
const NOT_ASCII = /[^\0-\x7f]+/gu;

/**
 * Splits text as the official code of AttnGAN does (`datasets.py`, NLTK's `RegexpTokenizer(r'\w+')` on small letters): an
 * apostrophe or hyphen separates ("bird's" gives `bird`, `s`), letters beyond ASCII are left out ("café" gives `caf`), and
 * so are words of nothing else. For imported models, whose vocabularies were made so.
 */
export function tokenizeOfficial(text: string): string[] {
  return Array.from(text.toLowerCase().matchAll(WORD), ([word]) => word.replace(NOT_ASCII, '')).filter(
    (word) => word !== '',
  );
}
