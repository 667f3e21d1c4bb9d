import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import sharp from 'sharp';
import type { CaptionedImage } from '../captioned-image.js';
import { decodePicture, READING } from '../pictures/decode-picture.js';
import { readPictureBytes } from '../pictures/read-picture-bytes.js';

/** Side of the small pictures that are compared, in pixels, and how many pixels each is the mean of, either way. */
const THUMBNAIL_SIDE = 8;
const BLOCK = 4;
const TRAINED_SIDE = 64;

/** What a picture's file holds. */
export interface InspectedPicture {
  image: CaptionedImage;
  /** Pixels, upright. */
  width: number;
  height: number;
  /** `jpeg`, `png`, ..., with `cmyk`, `16-bit`, `animated` where it is so. */
  kind: string;
  /** SHA-256 of the encoded picture, hexadecimal. */
  hash: string;
  /** The whole picture squashed to 8 × 8 × 3 bytes. */
  thumbnail: Uint8Array;
  /** What is odd but does no harm. */
  remarks: readonly string[];
}

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  jpeg: ['.jpg', '.jpeg'],
  png: ['.png'],
  webp: ['.webp'],
  gif: ['.gif'],
  tiff: ['.tif', '.tiff'],
  heif: ['.avif', '.heic', '.heif'],
};

/** Decodes a picture as training does, and looks at it. @throws for one that does not decode whole. */
export async function inspectPicture(image: CaptionedImage): Promise<InspectedPicture> {
  const bytes = await readPictureBytes(image);
  await decodePicture(image, [TRAINED_SIDE]);
  const { format, space, depth, pages = 1, autoOrient } = await sharp(bytes, READING).metadata();
  const { width, height } = autoOrient;
  const thumbnail = await thumbnailOf(bytes);
  const traits = [
    ...(space === 'cmyk' ? ['cmyk'] : []),
    ...(depth === 'ushort' ? ['16-bit'] : []),
    ...(pages > 1 ? ['animated'] : []),
  ];
  const small = Math.min(width, height) < TRAINED_SIDE;
  return {
    image,
    width,
    height,
    kind: [format, ...traits].join(' '),
    hash: createHash('sha256').update(bytes).digest('hex'),
    thumbnail,
    remarks: [
      ...(small ? [`has ${width}×${height} pixels and is enlarged`] : []),
      ...(pages > 1 ? [`has ${pages} frames, of which the first is taken`] : []),
      ...(isMisnamed(image.fileName, format) ? [`is ${format}, whatever its name says`] : []),
    ],
  };
}

/** Plain means over blocks: what a resize to eight pixels gives hangs on the size that it begins with. */
async function thumbnailOf(bytes: Uint8Array): Promise<Uint8Array> {
  const side = THUMBNAIL_SIDE * BLOCK;
  const pixels = await sharp(bytes, READING)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(side, side, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const sums = new Float64Array(THUMBNAIL_SIDE * THUMBNAIL_SIDE * 3);
  for (const [place, value] of pixels.entries()) {
    const [x, y] = [Math.floor(place / 3) % side, Math.floor(place / 3 / side)];
    const block = Math.floor(y / BLOCK) * THUMBNAIL_SIDE + Math.floor(x / BLOCK);
    const at = block * 3 + (place % 3);
    sums[at] = (sums[at] ?? 0) + value;
  }
  return Uint8Array.from(sums, (sum) => Math.round(sum / BLOCK / BLOCK));
}

function isMisnamed(fileName: string, format: string): boolean {
  const ending = extname(fileName).toLowerCase();
  const isKnown = Object.values(ENDINGS).some((endings) => endings.includes(ending));
  return isKnown && ENDINGS[format]?.includes(ending) === false;
}
