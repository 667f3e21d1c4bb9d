/** Where in a picture a word was looked at, or what it was found in. */
export interface AttentionMap {
  /** As the model read it. */
  word: string;
  /** `side` × `side` shares, row by row, each 0 to 1. */
  data: Float32Array;
  side: number;
}

/** The maps of the words read, from [time, side, side]; padding behind the last word is left out. */
export function attentionMaps(
  words: readonly string[],
  { data, side }: { data: Float32Array; side: number },
): AttentionMap[] {
  const places = side * side;
  return words.map((word, index) => ({
    word,
    data: data.slice(index * places, (index + 1) * places),
    side,
  }));
}
