import { promisify } from 'node:util';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { reasonOf, WordbrushError } from '../../errors.js';
import { untilAborted } from '../../generation/abort.js';
import type { ImageFiles, LossyFormat, Pixels } from '../platform.js';
import { writeWholeFile } from './write-file.js';

type SharpPackage = typeof import('sharp')['default'];

/** More than any camera takes; a file of a few bytes can claim to be larger and would fill the memory. */
const MAX_PIXELS = 100_000_000;
/** An object of sharp may read a stream that nobody feeds. */
const MOST_WAIT_MS = 30_000;
const READING: SharpOptions = { limitInputPixels: MAX_PIXELS, failOn: 'truncated', animated: false };

/** Picture files by the package sharp, which is loaded when it is first needed. */
export const sharpImages: ImageFiles = sharpImagesFrom(async () => (await import('sharp')).default);

/** @param load replaced in tests. */
export function sharpImagesFrom(load: () => Promise<SharpPackage>): ImageFiles {
  const loadSharp = (): Promise<SharpPackage> => load().catch(refuseWithoutSharp);
  const fromPixels = async ({ data, width, height }: Pixels): Promise<Sharp> =>
    (await loadSharp())(data, { raw: { width, height, channels: 4 } });
  return {
    async decode(source, signal) {
      try {
        const image = isFile(source) ? (await loadSharp())(source, READING) : copyOfSharp(source);
        if (!isFile(source)) requireFewPixels(await comeInTime(image.metadata(), signal));
        return await pixelsOf(image);
      } catch (error) {
        if (error instanceof WordbrushError) throw error;
        const name = typeof source === 'string' ? source : 'the image';
        throw new WordbrushError('IMAGE_INVALID', `Expected ${name} to be a picture: ${reasonOf(error)}.`, {
          hint: 'Give a whole picture file of at most 100 megapixels, for example PNG, JPEG, WebP or AVIF.',
          cause: error,
        });
      }
    },
    async encode(pixels, format, quality) {
      const image = await fromPixels(pixels);
      return new Uint8Array(await inFormat(image, format, quality).toBuffer());
    },
    async resize(pixels, width, height) {
      const image = await fromPixels(pixels);
      const data = await image.resize(width, height, { fit: 'fill' }).raw().toBuffer();
      return { data: new Uint8ClampedArray(data), width, height };
    },
    // The streams around it would take the serving thread as long again as all the rest of a small picture.
    deflate: async (bytes) => promisify<Uint8Array, Uint8Array>((await import('node:zlib')).deflate)(bytes),
    write: writeWholeFile,
  };
}

function isFile(source: unknown): source is string | Uint8Array {
  return typeof source === 'string' || source instanceof Uint8Array;
}

function copyOfSharp(source: unknown): Sharp {
  if (isSharp(source)) return source.clone();
  throw new WordbrushError(
    'INVALID_OPTION',
    'Expected image: a path, Buffer, Uint8Array, ArrayBuffer, Blob, ImageData-like or sharp object.',
  );
}

/**
 * What is known of a picture once all of it is there.
 * @throws Error if it is not in half a minute; WordbrushError ABORTED.
 */
async function comeInTime<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`the stream that it reads has not ended within ${MOST_WAIT_MS / 1000} seconds`);
    timer = setTimeout(() => reject(error), MOST_WAIT_MS);
  });
  try {
    return await untilAborted(Promise.race([work, late]), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Before anything is decoded: who made the object may have set no limit. */
function requireFewPixels({ width, height }: Pick<Metadata, 'width' | 'height'>): void {
  if (width * height > MAX_PIXELS) throw new Error(`it has ${width}×${height} pixels`);
}

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, pageHeight = height } = info;
  // Once more: what the object does with the picture may have made it larger.
  requireFewPixels(info);
  // Frames of an object of sharp that reads them all stand one below the other: the first counts.
  return { data: new Uint8ClampedArray(data.subarray(0, width * pageHeight * 4)), width, height: pageHeight };
}

function inFormat(image: Sharp, format: LossyFormat, quality: number): Sharp {
  switch (format) {
    case 'jpeg':
      return image.flatten({ background: '#ffffff' }).jpeg({ quality });
    case 'webp':
      return image.webp({ quality });
    case 'avif':
      return image.avif({ quality });
  }
}

/** By its methods: the object may come from another copy of the package. */
function isSharp(value: unknown): value is Sharp {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['clone', 'metadata', 'raw', 'toBuffer'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

function refuseWithoutSharp(error: unknown): never {
  throw new WordbrushError(
    'PACKAGE_MISSING',
    `Expected the package sharp, which reads and writes picture files; it does not load: ${reasonOf(error)}.`,
    { hint: 'Run: npm install sharp@0.35.5. PNG files are written without it.', cause: error },
  );
}
