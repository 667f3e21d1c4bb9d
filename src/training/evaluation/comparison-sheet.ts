import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from '../../sdk/image/bitmap-font.js';
import { contactSheet, type DeviceChoice, RasterImage } from '../../sdk/index.js';
import { nodePlatform } from '../../sdk/runtime/node/node-platform.js';
import { loadImages } from '../data/load-images.js';
import { readDataset } from '../data/read-dataset.js';
import type { Split } from '../data/test-split.js';
import { drawPictures } from './draw-pictures.js';
import { openEvaluatedModel } from './evaluated-model.js';
import { imageDataOf } from './image-sets.js';
import type { Progress } from './progress.js';
import { type CaptionChoice, sampleCaptions } from './sample-captions.js';

export interface ComparisonSheetOptions extends Progress {
  /** A bundle. */
  model: string;
  data: string;
  /** @default 'train' */
  split?: Split;
  /** How many prompts. @default 40 */
  prompts?: number;
  /** @default 1 */
  seed?: number | undefined;
  /** @default 'first' */
  captions?: CaptionChoice | undefined;
  size?: number | undefined;
  /** @default 'auto' */
  device?: DeviceChoice;
}

/** A sheet to judge a model by, and what it shows. */
export interface ComparisonSheet {
  sheet: RasterImage;
  /** From left to right, row by row. */
  prompts: string[];
}

const DEFAULT_PROMPTS = 40;
const COLUMNS = 5;
/** Smaller pictures are enlarged to at least this, pixels. */
const LEAST_SIDE = 128;
/** Pixels of a letter's dot. */
const DOT = 2;
const LABEL_HEIGHT = DOT * (GLYPH_HEIGHT + 4);

/**
 * Pictures drawn from captions of a data set, each beside the real picture that the caption belongs to, with the prompt
 * below: left drawn, right real. A model without text draws whatever it does, beside real pictures without a prompt.
 * @throws WordbrushError DATASET_INVALID, INVALID_OPTION, ABORTED, and as `loadModel()` does.
 */
export async function comparisonSheet(options: ComparisonSheetOptions): Promise<ComparisonSheet> {
  const { split = 'train', prompts: count = DEFAULT_PROMPTS, seed = 1, captions = 'first' } = options;
  const { signal, onProgress, device = 'auto' } = options;
  const dataset = await readDataset(options.data);
  const evaluated = await openEvaluatedModel(options.model, { device, size: options.size, signal });
  try {
    const { model, size } = evaluated;
    const all = sampleCaptions(dataset[split], { count, seed, captions });
    const readable = await evaluated.readable(
      all.map(({ prompt }) => prompt),
      signal,
    );
    const samples = readable.flatMap((place) => all[place] ?? []);
    const requests = samples.map(({ prompt, seed: noise }) => ({
      prompt: model.conditional ? prompt : undefined,
      seed: noise,
    }));
    const drawn = await drawPictures(model, requests, { size, signal, onProgress });
    const chosen = samples.flatMap(({ picture }) => dataset[split][picture] ?? []);
    const real = await loadImages(chosen, { size, signal });
    const pairs = samples.map(({ prompt }, index) =>
      pairOf(
        picture(imageDataOf(drawn, index)),
        picture(imageDataOf(real, index)),
        model.conditional ? prompt : '',
      ),
    );
    return {
      sheet: contactSheet(pairs, { columns: COLUMNS, gap: 12 }),
      prompts: samples.map(({ prompt }) => prompt),
    };
  } finally {
    await evaluated.model.dispose();
  }
}

function picture({ data, width, height }: ReturnType<typeof imageDataOf>): RasterImage {
  const image = new RasterImage({ data: Uint8ClampedArray.from(data), width, height }, nodePlatform.images);
  return width >= LEAST_SIDE ? image : image.enlarge(Math.ceil(LEAST_SIDE / width));
}

/** Both pictures side by side, the prompt below, cut where it is too long. */
function pairOf(drawn: RasterImage, real: RasterImage, prompt: string): RasterImage {
  const side = contactSheet([drawn, real], { columns: 2, gap: 2 });
  const { width } = side;
  const height = side.height + LABEL_HEIGHT;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  data.set(side.data);
  // The font has letters and digits.
  const letters = [...prompt.toLowerCase().replace(/[^a-z0-9]/gu, ' ')].slice(
    0,
    Math.floor(width / (DOT * GLYPH_WIDTH)),
  );
  for (const [place, letter] of letters.entries()) {
    if (letter !== ' ') writeLetter(data, width, place * GLYPH_WIDTH * DOT, side.height + 2 * DOT, letter);
  }
  return side.derive(data, width, height);
}

function writeLetter(
  data: Uint8ClampedArray,
  width: number,
  left: number,
  top: number,
  letter: string,
): void {
  for (const [row, bits] of glyphOf(letter).entries()) {
    for (let y = top + row * DOT; y < top + (row + 1) * DOT; y++) {
      for (let dot = 0; dot < GLYPH_WIDTH; dot++) {
        if ((bits & (1 << (GLYPH_WIDTH - 1 - dot))) === 0) continue;
        for (let x = left + dot * DOT; x < left + (dot + 1) * DOT; x++)
          data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
      }
    }
  }
}
