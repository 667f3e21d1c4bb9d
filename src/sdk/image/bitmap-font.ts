/** Dots of a letter, the space beside it included. */
export const GLYPH_WIDTH = 6;
export const GLYPH_HEIGHT = 7;

/** Seven rows a letter, the highest of six bits leftmost. Words are read as small letters without accents. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  a: [0, 0, 28, 2, 30, 34, 30],
  b: [32, 32, 60, 34, 34, 34, 60],
  c: [0, 0, 28, 32, 32, 32, 28],
  d: [2, 2, 30, 34, 34, 34, 30],
  e: [0, 0, 28, 34, 62, 32, 28],
  f: [12, 16, 56, 16, 16, 16, 16],
  g: [0, 30, 34, 34, 30, 2, 28],
  h: [32, 32, 60, 34, 34, 34, 34],
  i: [8, 0, 24, 8, 8, 8, 28],
  j: [4, 0, 12, 4, 4, 36, 24],
  k: [32, 32, 36, 40, 48, 40, 36],
  l: [24, 8, 8, 8, 8, 8, 28],
  m: [0, 0, 52, 42, 42, 42, 42],
  n: [0, 0, 60, 34, 34, 34, 34],
  o: [0, 0, 28, 34, 34, 34, 28],
  p: [0, 60, 34, 34, 60, 32, 32],
  q: [0, 30, 34, 34, 30, 2, 2],
  r: [0, 0, 44, 48, 32, 32, 32],
  s: [0, 0, 30, 32, 28, 2, 60],
  t: [16, 16, 56, 16, 16, 16, 12],
  u: [0, 0, 34, 34, 34, 34, 30],
  v: [0, 0, 34, 34, 34, 20, 8],
  w: [0, 0, 42, 42, 42, 42, 20],
  x: [0, 0, 34, 20, 8, 20, 34],
  y: [0, 34, 34, 34, 30, 2, 28],
  z: [0, 0, 62, 4, 8, 16, 62],
  0: [28, 34, 38, 42, 50, 34, 28],
  1: [8, 24, 8, 8, 8, 8, 28],
  2: [28, 34, 2, 12, 16, 32, 62],
  3: [62, 4, 8, 4, 2, 34, 28],
  4: [4, 12, 20, 36, 62, 4, 4],
  5: [62, 32, 60, 2, 2, 34, 28],
  6: [12, 16, 32, 60, 34, 34, 28],
  7: [62, 2, 4, 8, 16, 16, 16],
  8: [28, 34, 34, 28, 34, 34, 28],
  9: [28, 34, 34, 30, 2, 4, 24],
};

/** Whatever the font does not have. */
const BOX: readonly number[] = [62, 34, 34, 34, 34, 34, 62];

/** The rows of a letter or digit; a box for anything else. */
export function glyphOf(letter: string): readonly number[] {
  return (Object.hasOwn(GLYPHS, letter) ? GLYPHS[letter] : undefined) ?? BOX;
}
