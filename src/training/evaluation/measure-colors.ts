import type { ImageSet } from '../data/load-images.js';
import { COLORS, type Color, dominantColor, isColor } from './dominant-color.js';
import type { ColorObedience } from './evaluation-record.js';
import { pixelsOf } from './image-sets.js';

/** Things that the emoji data set has in several colours, and things that it has in one. */
export const COLORED_NOUNS = [
  'heart',
  'circle',
  'square',
  'diamond',
  'book',
  'apple',
  'flower',
  'bird',
  'cat',
  'car',
] as const;

export interface ColorPrompt {
  color: Color;
  noun: string;
  prompt: string;
}

/** Twelve colours times ten nouns: `red heart`, `light blue cat`, ... */
export function colorPrompts(): ColorPrompt[] {
  return COLORS.flatMap((color) =>
    COLORED_NOUNS.map((noun) => ({ color, noun, prompt: `${color} ${noun}` })),
  );
}

/** How often the thing drawn has the colour asked for. @param drawn a picture a prompt, in the same order. */
export function measureColors(prompts: readonly ColorPrompt[], drawn: ImageSet): ColorObedience {
  const results = prompts.map(({ color, noun, prompt }, index) => {
    const found = dominantColor(pixelsOf(drawn, index), drawn.size);
    return { color, noun, prompt, found, right: isColor(found, color) };
  });
  const shareOf = (some: readonly { right: boolean }[]) =>
    some.filter(({ right }) => right).length / Math.max(1, some.length);
  const by = (key: 'color' | 'noun') =>
    Object.fromEntries(
      [...new Set(results.map((result) => result[key]))].map((name) => [
        name,
        shareOf(results.filter((result) => result[key] === name)),
      ]),
    );
  return {
    prompts: results.length,
    right: results.filter(({ right }) => right).length,
    share: shareOf(results),
    byColor: by('color'),
    byNoun: by('noun'),
    found: Object.fromEntries(results.map(({ prompt, found }) => [prompt, found ?? null])),
  };
}
