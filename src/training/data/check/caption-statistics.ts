import { isWord, tokenize } from '../../../sdk/text/tokenize.js';
import { Vocabulary } from '../../../sdk/text/vocabulary.js';
import type { CaptionedImage } from '../captioned-image.js';
import { type Spread, spreadOf } from './spread.js';

export interface CaptionStatistics {
  count: number;
  perPicture: Spread | undefined;
  /** Words in a caption. */
  words: Spread | undefined;
  /** Different words in the training captions: what a vocabulary made of them has. */
  vocabulary: number;
  /** Words of held-out captions that no training caption has: a model cannot know them. */
  unknownInTest: { words: number; shareOfWords: number; examples: readonly string[] };
}

const MOST_EXAMPLES = 20;

export function captionStatistics(
  images: readonly CaptionedImage[],
  train: readonly CaptionedImage[],
  test: readonly CaptionedImage[],
): CaptionStatistics {
  const captions = images.flatMap((image) => image.captions);
  const vocabulary = Vocabulary.fromCaptions(train.flatMap((image) => image.captions));
  const unknown = new Map<string, number>();
  let words = 0;
  for (const caption of test.flatMap((image) => image.captions)) {
    for (const word of wordsOf(caption)) {
      words++;
      if (vocabulary.indexOf(word) === undefined) unknown.set(word, (unknown.get(word) ?? 0) + 1);
    }
  }
  const unknownWords = [...unknown.values()].reduce((sum, times) => sum + times, 0);
  return {
    count: captions.length,
    perPicture: spreadOf(images.map((image) => image.captions.length)),
    words: spreadOf(captions.map((caption) => wordsOf(caption).length)),
    // Without the padding.
    vocabulary: vocabulary.size - 1,
    unknownInTest: {
      words: unknown.size,
      shareOfWords: words === 0 ? 0 : unknownWords / words,
      examples: [...unknown]
        .sort(([a, timesA], [b, timesB]) => timesB - timesA || a.localeCompare(b, 'en'))
        .slice(0, MOST_EXAMPLES)
        .map(([word]) => word),
    },
  };
}

function wordsOf(caption: string): string[] {
  return tokenize(caption).filter(isWord);
}
