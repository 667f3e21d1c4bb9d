import sharp from 'sharp';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import type { CaptionedImage } from './image-folder.js';

/** Pictures of one size in memory. */
export interface ImageSet {
  /** NHWC: count × size × size × 3, RGB, 0 to 255. */
  pixels: Uint8Array;
  count: number;
  /** Side in pixels. */
  size: number;
}

export interface LoadImagesOptions {
  /** Side of the squares in pixels. */
  size: number;
  /** `cover` crops the longer side around the middle, `fill` squashes it. @default 'cover' */
  fit?: 'cover' | 'fill';
  signal?: AbortSignal | undefined;
  onProgress?: (done: number, total: number) => void;
}

const CHANNELS = 3;
/** Pictures decoded at a time: enough to keep a few cores busy. */
const CONCURRENCY = 8;

/**
 * Decodes pictures to squares of one size, in the order given, on white where they are transparent. All stay in memory:
 * 12 kB a picture at 64 pixels, 196 kB at 256.
 * @throws {WordbrushError} `DATASET_INVALID` for a picture that does not decode whole, naming file and line; `ABORTED`.
 */
export async function loadImages(
  images: readonly CaptionedImage[],
  options: LoadImagesOptions,
): Promise<ImageSet> {
  const { size, fit = 'cover', signal, onProgress } = options;
  const imageBytes = size * size * CHANNELS;
  const pixels = new Uint8Array(images.length * imageBytes);
  for (let begin = 0; begin < images.length; begin += CONCURRENCY) {
    if (signal?.aborted) throw new WordbrushError('ABORTED', 'Loading the pictures was aborted.');
    const some = images.slice(begin, begin + CONCURRENCY);
    const decoded = await Promise.all(some.map((image) => decodeImage(image, size, fit)));
    for (const [i, bytes] of decoded.entries()) pixels.set(bytes, (begin + i) * imageBytes);
    onProgress?.(begin + some.length, images.length);
  }
  return { pixels, count: images.length, size };
}

async function decodeImage(image: CaptionedImage, size: number, fit: 'cover' | 'fill'): Promise<Uint8Array> {
  try {
    return await sharp(image.path)
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize(size, size, { fit })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  } catch (cause) {
    throw new WordbrushError(
      'DATASET_INVALID',
      `${image.path}: the picture does not decode: ${reasonOf(cause)}.`,
      {
        hint: `Replace the picture, or remove line ${image.line} of metadata.jsonl.`,
        cause,
        details: { path: image.path, line: image.line },
      },
    );
  }
}
