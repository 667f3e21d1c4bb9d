import * as z from 'zod/mini';
import { WordbrushError } from '../errors.js';
import { describeIssue } from '../validation/describe-issue.js';
import { integer } from '../validation/expectations.js';
import type { RasterImage } from './raster-image.js';

export interface ContactSheetOptions {
  /**
   * Pictures in a row, 1 to 1,000.
   * @default as many as make the sheet about square
   */
  columns?: number | undefined;
  /**
   * White space around each picture in pixels, 0 to 1,000.
   * @default 8
   */
  gap?: number | undefined;
}

const MAX_IMAGES = 10_000;

const optionsSchema = z.strictObject(
  { columns: z.optional(integer(1, 1000)), gap: z.optional(integer(0, 1000)) },
  { error: 'an object of options' },
);

/**
 * Puts pictures on one white sheet, row by row, each in the middle of a cell as large as the largest.
 * @throws WordbrushError INVALID_OPTION for a wrong option, no picture or more than 10,000.
 */
export function contactSheet(images: readonly RasterImage[], options: ContactSheetOptions = {}): RasterImage {
  const { columns, gap } = checkOptions(images, options);
  const [first] = images;
  if (first === undefined) {
    throw new WordbrushError('INVALID_OPTION', 'Expected images: at least one picture, received none.');
  }
  const cellWidth = Math.max(...images.map(({ width }) => width)) + gap;
  const cellHeight = Math.max(...images.map(({ height }) => height)) + gap;
  const width = columns * cellWidth + gap;
  const height = Math.ceil(images.length / columns) * cellHeight + gap;
  const sheet = new Uint8ClampedArray(width * height * 4).fill(255);
  images.forEach((image, i) => {
    const left = gap + (i % columns) * cellWidth + Math.floor((cellWidth - gap - image.width) / 2);
    const top =
      gap + Math.floor(i / columns) * cellHeight + Math.floor((cellHeight - gap - image.height) / 2);
    paste(image, sheet, width, left, top);
  });
  return first.derive(sheet, width, height);
}

function paste(
  image: RasterImage,
  sheet: Uint8ClampedArray,
  sheetWidth: number,
  left: number,
  top: number,
): void {
  const rowBytes = image.width * 4;
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * rowBytes, (y + 1) * rowBytes);
    sheet.set(row, ((top + y) * sheetWidth + left) * 4);
  }
}

function checkOptions(images: readonly RasterImage[], options: unknown): { columns: number; gap: number } {
  const result = optionsSchema.safeParse(options);
  if (!result.success) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `${describeIssue(result.error, options, 'options').sentence}.`,
    );
  }
  if (images.length > MAX_IMAGES) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected images: at most ${MAX_IMAGES}, received ${images.length}.`,
    );
  }
  const { gap = 8, columns = Math.ceil(Math.sqrt(images.length)) } = result.data;
  return { columns: Math.min(columns, Math.max(images.length, 1)), gap };
}
