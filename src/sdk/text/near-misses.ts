import type { Vocabulary } from './vocabulary.js';

const MAX_SUGGESTIONS = 3;

/**
 * Up to three known words that `token` may be a misspelling of, the closest first, and of equally close ones
 * the one with the lower index (the more frequent) first.
 */
export function nearMisses(token: string, vocabulary: Vocabulary): string[] {
  const limit = allowedDistance(token.length);
  if (limit === 0) {
    return [];
  }
  const found: { word: string; distance: number }[] = [];
  for (const word of vocabulary.words.slice(1)) {
    const distance = editDistance(token, word, limit);
    if (distance <= limit) {
      found.push({ word, distance });
    }
  }
  // Array.prototype.sort is stable, so equal distances keep the order of the vocabulary.
  return found
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ word }) => word);
}

/**
 * How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn `a` into `b`
 * (optimal string alignment). Any number above `limit` may come back for words that are further apart.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) {
    return limit + 1;
  }
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(
        (previous[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** In a short word one wrong letter already makes another word. */
function allowedDistance(length: number): number {
  if (length < 3) {
    return 0;
  }
  if (length < 5) {
    return 1;
  }
  return length < 9 ? 2 : 3;
}
