import { WordbrushError } from '../errors.js';
import type { AttentionMap } from './attention-map.js';
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from './bitmap-font.js';
import { heatColor } from './heat-colors.js';
import type { RasterImage } from './raster-image.js';

export interface AttentionOverlayOptions {
  /**
   * Share of the heat in the colours, 0 to 1.
   * @default 0.55
   */
  opacity?: number | undefined;
  /**
   * Whether the word stands below the picture.
   * @default true
   */
  label?: boolean | undefined;
}

/** Below this width letters of one pixel a dot are as large as they may be. */
const PIXELS_PER_DOT = 96;
const MARGIN_DOTS = 2;

/**
 * A picture under the heat of one of its attention maps, with the word below it. The hottest place is the map's
 * largest share.
 * @throws WordbrushError INVALID_OPTION.
 */
export function attentionOverlay(
  image: RasterImage,
  map: AttentionMap,
  options: AttentionOverlayOptions = {},
): RasterImage {
  const { opacity = 0.55, label = true } = options;
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected opacity: a number from 0 to 1, received ${opacity}.`,
    );
  }
  const { width, height } = image;
  const dot = Math.max(1, Math.floor(width / PIXELS_PER_DOT));
  const strip = label ? dot * (GLYPH_HEIGHT + 2 * MARGIN_DOTS) : 0;
  const data = new Uint8ClampedArray(width * (height + strip) * 4).fill(255);
  paintHeat(data, image, map, opacity);
  if (label) {
    paintWord(data, map.word, { width, top: height + dot * MARGIN_DOTS, dot });
  }
  return image.derive(data, width, height + strip);
}

function paintHeat(data: Uint8ClampedArray, image: RasterImage, map: AttentionMap, opacity: number): void {
  const { width, height } = image;
  const largest = map.data.reduce((most, share) => Math.max(most, share), 0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = shareAt(map, (x + 0.5) / width, (y + 0.5) / height);
      const color = heatColor(largest > 0 ? share / largest : 0);
      const place = (y * width + x) * 4;
      for (const [channel, heat] of color.entries()) {
        data[place + channel] = (image.data[place + channel] ?? 0) * (1 - opacity) + heat * opacity;
      }
    }
  }
}

/** Between the middles of the four cells around a place, each coordinate from 0 to 1. */
function shareAt({ data, side }: AttentionMap, x: number, y: number): number {
  const inside = (place: number): number => Math.min(side - 1, Math.max(0, place * side - 0.5));
  const [column, row] = [inside(x), inside(y)];
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const at = (i: number, j: number): number =>
    data[Math.min(j, side - 1) * side + Math.min(i, side - 1)] ?? 0;
  const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * (column - left);
  const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * (column - left);
  return upper + (lower - upper) * (row - top);
}

interface WordPlace {
  /** Of the whole picture, in pixels. */
  width: number;
  top: number;
  /** Side of a dot of a letter, in pixels. */
  dot: number;
}

/** In the middle, black on white, cut at the right where it is too long. */
function paintWord(data: Uint8ClampedArray, word: string, { width, top, dot }: WordPlace): void {
  const letters = [...word].slice(0, Math.floor(width / (dot * GLYPH_WIDTH)));
  const left = Math.max(0, Math.floor((width - letters.length * GLYPH_WIDTH * dot) / 2));
  for (const [index, letter] of letters.entries()) {
    for (const [row, dots] of glyphOf(letter).entries()) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (((dots >> (GLYPH_WIDTH - 1 - column)) & 1) === 0) continue;
        const x = left + (index * GLYPH_WIDTH + column) * dot;
        for (let y = top + row * dot; y < top + (row + 1) * dot; y++) {
          for (let across = x; across < x + dot; across++) {
            data.fill(0, (y * width + across) * 4, (y * width + across) * 4 + 3);
          }
        }
      }
    }
  }
}
