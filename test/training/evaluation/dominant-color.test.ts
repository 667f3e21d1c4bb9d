import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  COLORS,
  type Color,
  dominantColor,
  isColor,
} from '../../../src/training/evaluation/dominant-color.js';
import {
  COLORED_NOUNS,
  colorPrompts,
  measureColors,
} from '../../../src/training/evaluation/measure-colors.js';
import { chromaOf, hueOf, oklabOf } from '../../../src/training/evaluation/oklab.js';
import { EMOJI_SAMPLE } from '../run/micro-configs.js';

type Rgb = readonly [number, number, number];

const SIDE = 32;

/** A disc of one colour, darker towards the bottom, on a plain background. */
function disc(
  color: Rgb,
  { background = [255, 255, 255] as Rgb, radius = 12, shade = 0.15 } = {},
): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const inside = Math.hypot(x - 15.5, y - 15.5) < radius;
      const light = 1 - (shade * y) / SIDE;
      const rgb = inside ? color.map((value) => value * light) : background;
      pixels.set(rgb.map(Math.round), (y * SIDE + x) * 3);
    }
  }
  return pixels;
}

const EXAMPLES: Readonly<Record<Color, Rgb>> = {
  red: [230, 40, 50],
  orange: [250, 140, 40],
  yellow: [250, 210, 50],
  green: [40, 170, 80],
  'light blue': [110, 190, 245],
  blue: [30, 90, 220],
  purple: [140, 70, 200],
  pink: [245, 110, 180],
  brown: [130, 85, 65],
  black: [45, 42, 48],
  grey: [160, 160, 162],
  white: [236, 234, 238],
};

describe('oklab', () => {
  it.each<[string, Rgb, number, number, number]>([
    // Values of the author of OKLab, by way of CSS Color 4.
    ['red', [255, 0, 0], 0.62796, 0.25768, 29.234],
    ['lime', [0, 255, 0], 0.86644, 0.29483, 142.495],
    ['blue', [0, 0, 255], 0.45201, 0.31321, 264.052],
  ])('of %s is that of CSS', (_, rgb, lightness, chroma, hue) => {
    const color = oklabOf(...rgb);
    expect(color.lightness).toBeCloseTo(lightness, 4);
    expect(chromaOf(color)).toBeCloseTo(chroma, 4);
    expect(hueOf(color)).toBeCloseTo(hue, 1);
  });

  it('of grey has no chroma', () => {
    expect(chromaOf(oklabOf(128, 128, 128))).toBeLessThan(1e-6);
    expect(oklabOf(255, 255, 255).lightness).toBeCloseTo(1, 6);
  });
});

describe('dominantColor', () => {
  it.each(COLORS)('names a shaded %s disc', (color) => {
    expect(dominantColor(disc(EXAMPLES[color]), SIDE)).toBe(color);
  });

  it('looks at the thing alone, whatever the background', () => {
    const background = [60, 160, 90] as const;
    expect(dominantColor(disc(EXAMPLES.red, { background }), SIDE)).toBe('red');
    expect(dominantColor(disc(EXAMPLES.red, { radius: 4 }), SIDE)).toBe('red');
  });

  it('names the thing’s hue where less than six in ten of it is grey', () => {
    const car = disc(EXAMPLES.blue, { shade: 0 });
    const half = disc(EXAMPLES.black, { shade: 0 });
    const mixed = (rows: number) => car.map((value, i) => (i / (SIDE * 3) < rows ? (half[i] ?? 0) : value));
    expect(dominantColor(mixed(15), SIDE)).toBe('blue');
    expect(dominantColor(mixed(22), SIDE)).toBe('black');
  });

  it('names nothing in an empty picture', () => {
    expect(dominantColor(disc(EXAMPLES.red, { radius: 1 }), SIDE)).toBeUndefined();
    expect(dominantColor(new Uint8Array(SIDE * SIDE * 3).fill(250), SIDE)).toBeUndefined();
  });

  it('takes light blue for a blue, and not the other way', () => {
    expect(isColor('light blue', 'blue')).toBe(true);
    expect(isColor('blue', 'light blue')).toBe(false);
    expect(isColor(undefined, 'red')).toBe(false);
  });

  it('is right on every real heart, circle, square and apple of the sample whose label names a colour', async () => {
    const lines = readFileSync(`${EMOJI_SAMPLE}/metadata.jsonl`, 'utf8').trim().split('\n');
    const wrong: string[] = [];
    let seen = 0;
    for (const line of lines) {
      const { file_name: file, captions } = JSON.parse(line);
      const label: string = captions[0];
      const named = COLORS.find((color) => label.startsWith(`${color} `));
      if (named === undefined) continue;
      seen++;
      const decoded = sharp(`${EMOJI_SAMPLE}/${file}`).flatten({ background: '#ffffff' }).resize(64, 64);
      const found = dominantColor(new Uint8Array(await decoded.raw().toBuffer()), 64);
      if (!isColor(found, named)) wrong.push(`${label}: ${found}`);
    }
    expect(seen).toBeGreaterThanOrEqual(18);
    expect(wrong).toEqual([]);
  });
});

describe('measureColors', () => {
  it('asks for twelve colours times ten nouns', () => {
    const prompts = colorPrompts();
    expect(prompts).toHaveLength(120);
    expect(new Set(prompts.map(({ prompt }) => prompt)).size).toBe(120);
  });

  it('counts by colour and by noun', () => {
    const prompts = colorPrompts().filter(({ color }) => color === 'red' || color === 'blue');
    const pixels = new Uint8Array(prompts.length * SIDE * SIDE * 3);
    // Everything is red, but for one blue heart.
    for (const [index, { prompt }] of prompts.entries()) {
      const color = prompt === 'blue heart' ? EXAMPLES.blue : EXAMPLES.red;
      pixels.set(disc(color), index * SIDE * SIDE * 3);
    }
    const found = measureColors(prompts, { pixels, count: prompts.length, size: SIDE });
    expect(found).toMatchObject({ prompts: 20, right: 11, share: 0.55, byColor: { red: 1, blue: 0.1 } });
    expect(found.byNoun).toMatchObject({ heart: 1, [COLORED_NOUNS[1]]: 0.5 });
    expect(found.found['blue circle']).toBe('red');
  });
});
