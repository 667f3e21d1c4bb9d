import { reasonOf, WordbrushError } from '../../errors.js';
import type { ImageFiles, LossyFormat, Pixels } from '../platform.js';

/** More than any camera takes. */
const MAX_PIXELS = 100_000_000;

/** Picture files by the browser's own means. */
export const webImages: ImageFiles = {
  async decode(source) {
    try {
      return await decodeBlob(await blobOf(source));
    } catch (error) {
      if (error instanceof WordbrushError) throw error;
      const name = typeof source === 'string' ? source : 'the image';
      throw new WordbrushError('IMAGE_INVALID', `Expected ${name} to be a picture: ${reasonOf(error)}.`, {
        hint: 'Give a whole picture file that the browser shows, for example PNG, JPEG, WebP or AVIF.',
        cause: error,
      });
    }
  },
  async encode(pixels, format, quality) {
    const type = `image/${format}`;
    const canvas = canvasOf(pixels);
    if (format === 'jpeg') whiten(contextOf(canvas), pixels.width, pixels.height);
    const blob = await canvas.convertToBlob({ type, quality: quality / 100 });
    if (blob.type !== type) throw cannotWrite(format);
    return new Uint8Array(await blob.arrayBuffer());
  },
  async resize(pixels, width, height) {
    const canvas = new OffscreenCanvas(width, height);
    const context = contextOf(canvas);
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvasOf(pixels), 0, 0, width, height);
    return pixelsOf(context, width, height);
  },
  async write(path) {
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${path}; a page may write no files.`, {
      hint: 'Offer it as a download: URL.createObjectURL(await image.toBlob()).',
      details: { path },
    });
  },
};

/** @param source bytes, or the URL of a picture. */
async function blobOf(source: unknown): Promise<Blob> {
  if (source instanceof Uint8Array) return new Blob([new Uint8Array(source)]);
  if (typeof source !== 'string') {
    throw new WordbrushError(
      'INVALID_OPTION',
      'Expected image: a URL, Uint8Array, ArrayBuffer, Blob or ImageData.',
      { hint: 'Read a canvas with getContext("2d").getImageData().', details: { option: 'image' } },
    );
  }
  const response = await fetch(source);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.blob();
}

async function decodeBlob(blob: Blob): Promise<Pixels> {
  const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' });
  try {
    const { width, height } = bitmap;
    if (width * height > MAX_PIXELS)
      throw new Error(`it has ${width}×${height} pixels, more than ${MAX_PIXELS}`);
    const context = contextOf(new OffscreenCanvas(width, height));
    context.drawImage(bitmap, 0, 0);
    whiten(context, width, height);
    return pixelsOf(context, width, height);
  } finally {
    bitmap.close();
  }
}

/** Puts white behind what is there. */
function whiten(context: OffscreenCanvasRenderingContext2D, width: number, height: number): void {
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
}

function canvasOf({ data, width, height }: Pixels): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  contextOf(canvas).putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas');
  return context;
}

function pixelsOf(context: OffscreenCanvasRenderingContext2D, width: number, height: number): Pixels {
  const { data } = context.getImageData(0, 0, width, height);
  return { data: new Uint8ClampedArray(data), width, height };
}

function cannotWrite(format: LossyFormat): WordbrushError {
  return new WordbrushError(
    'PACKAGE_MISSING',
    `Expected a browser that writes ${format}; this one does not.`,
    {
      hint: 'Use toPNG(), or toJPEG().',
      details: { format },
    },
  );
}
