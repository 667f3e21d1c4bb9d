import sharp, { type OverlayOptions, type Sharp } from 'sharp';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { writeWholeFile } from '../../../sdk/runtime/node/write-file.js';
import type { CaptionedImage } from '../captioned-image.js';
import { decodePicture } from '../pictures/decode-picture.js';

const COLUMNS = 8;
const MOST_PICTURES = 48;
/** Pixels. */
const TILE = 128;
const GAP = 12;
const LINE_HEIGHT = 14;
const FONT_SIZE = 11;
const LINES = 3;
/** Letters that fit under a picture. */
const LETTERS_A_LINE = 22;

/**
 * Draws pictures of a data set, spread evenly over it, as training sees them (cropped to squares, around their boxes), each
 * with its first caption, as one PNG.
 * @returns how many it shows.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE, DATASET_INVALID for no pictures
 */
export async function writeContactSheet(images: readonly CaptionedImage[], path: string): Promise<number> {
  const shown = spread(images);
  if (shown.length === 0) {
    throw new WordbrushError(
      'DATASET_INVALID',
      'Expected a picture for the contact sheet, found none that decodes.',
    );
  }
  const rows = Math.ceil(shown.length / COLUMNS);
  const cellHeight = TILE + LINES * LINE_HEIGHT + GAP;
  const width = COLUMNS * (TILE + GAP) + GAP;
  const height = rows * cellHeight + GAP;
  const overlays: OverlayOptions[] = [];
  const texts: string[] = [];
  for (const [place, image] of shown.entries()) {
    const left = GAP + (place % COLUMNS) * (TILE + GAP);
    const top = GAP + Math.floor(place / COLUMNS) * cellHeight;
    const [pixels] = await decodePicture(image, [TILE]);
    if (pixels !== undefined) {
      overlays.push({
        input: Buffer.from(pixels),
        raw: { width: TILE, height: TILE, channels: 3 },
        left,
        top,
      });
    }
    texts.push(captionLines(image, left, top + TILE));
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="${FONT_SIZE}">${texts.join('')}</svg>`;
  overlays.push({ input: Buffer.from(svg), left: 0, top: 0 });
  const sheet = sharp({ create: { width, height, channels: 3, background: '#ffffff' } }).composite(overlays);
  await writeWholeFile(path, await encoded(sheet.png()));
  return shown.length;
}

async function encoded(sheet: Sharp): Promise<Buffer> {
  try {
    return await sheet.toBuffer();
  } catch (cause) {
    throw new WordbrushError('IMAGE_INVALID', `Expected to draw a contact sheet: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}

function spread(images: readonly CaptionedImage[]): CaptionedImage[] {
  const count = Math.min(MOST_PICTURES, images.length);
  return Array.from(
    { length: count },
    (_, place) => images[Math.floor((place * images.length) / count)],
  ).filter((image) => image !== undefined);
}

/** The first caption, and before it `test` where the picture is held out. */
function captionLines(
  { captions: [caption = ''], split }: CaptionedImage,
  left: number,
  top: number,
): string {
  const words = (split === 'test' ? `[test] ${caption}` : caption).split(/\s+/);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LETTERS_A_LINE)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word.slice(0, LETTERS_A_LINE));
  }
  if (lines.length > LINES)
    lines.splice(LINES - 1, lines.length, `${lines[LINES - 1]?.slice(0, LETTERS_A_LINE - 1)}…`);
  return lines
    .map(
      (line, index) => `<text x="${left}" y="${top + (index + 1) * LINE_HEIGHT}">${escapeXml(line)}</text>`,
    )
    .join('');
}

function escapeXml(text: string): string {
  // XML has no place for control characters.
  const safe = text.replace(/[\p{Cc}\p{Cn}\p{Cs}]/gu, '');
  return safe.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
