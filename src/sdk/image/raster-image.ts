import { WordbrushError } from '../errors.js';
import type { ImageFiles, LossyFormat, Pixels } from '../runtime/platform.js';
import type { BrowserCanvas, BrowserImageBitmap, BrowserImageData } from './browser-types.js';
import { encodePNG } from './encode-png.js';

export interface EncodeOptions {
  /**
   * From 1, small files, to 100.
   * @default 90
   */
  quality?: number | undefined;
}

const MAX_SIDE = 16_384;
const LOSSY_EXTENSIONS: Readonly<Record<string, LossyFormat>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  webp: 'webp',
  avif: 'avif',
};

/** A picture in memory, of the same form as the web's ImageData. */
export class RasterImage {
  /** RGBA, 4 bytes a pixel, row by row from the top left. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly #files: ImageFiles;

  constructor({ data, width, height }: Pixels, files: ImageFiles) {
    this.data = data;
    this.width = width;
    this.height = height;
    this.#files = files;
  }

  /** The bytes of a PNG file. */
  toPNG(): Promise<Uint8Array<ArrayBuffer>> {
    return encodePNG(this.data, this.width, this.height, this.#files.deflate);
  }

  /** The bytes of a JPEG file, on white. @throws WordbrushError INVALID_OPTION, PACKAGE_MISSING without sharp. */
  toJPEG(options?: EncodeOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#encode('jpeg', options);
  }

  /** The bytes of a WebP file. @throws WordbrushError INVALID_OPTION, PACKAGE_MISSING without sharp. */
  toWebP(options?: EncodeOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#encode('webp', options);
  }

  /** The bytes of an AVIF file. @throws WordbrushError INVALID_OPTION, PACKAGE_MISSING without sharp. */
  toAVIF(options?: EncodeOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#encode('avif', options);
  }

  /** A PNG file as a Blob. */
  async toBlob(): Promise<Blob> {
    return new Blob([await this.toPNG()], { type: 'image/png' });
  }

  /** In a browser: for `putImageData()`. Shares the pixels. @throws WordbrushError PACKAGE_MISSING outside of one. */
  toImageData(): BrowserImageData {
    requireInBrowser('ImageData');
    return new ImageData(this.data, this.width, this.height);
  }

  /** In a browser: for `drawImage()` and textures. @throws WordbrushError PACKAGE_MISSING outside of one. */
  async toImageBitmap(): Promise<BrowserImageBitmap> {
    return createImageBitmap(this.toImageData());
  }

  /** In a browser: a canvas of its own with the picture. @throws WordbrushError PACKAGE_MISSING outside of one. */
  toCanvas(): BrowserCanvas {
    requireInBrowser('OffscreenCanvas');
    const canvas = new OffscreenCanvas(this.width, this.height);
    canvas.getContext('2d')?.putImageData(this.toImageData(), 0, 0);
    return canvas;
  }

  /**
   * Writes a picture file, whole or not at all, making the folders above it and replacing a file of that name. The
   * extensions jpg, jpeg, webp and avif give files of those formats, any other a PNG file.
   * @throws WordbrushError OUTPUT_NOT_WRITABLE, PACKAGE_MISSING.
   */
  async toFile(path: string, options?: EncodeOptions): Promise<void> {
    const extension = path.split('.').at(-1)?.toLowerCase() ?? '';
    const format = Object.hasOwn(LOSSY_EXTENSIONS, extension) ? LOSSY_EXTENSIONS[extension] : undefined;
    const bytes = format === undefined ? await this.toPNG() : await this.#encode(format, options);
    await this.#files.write(path, bytes);
  }

  /**
   * The picture resampled to another size, as a photograph is.
   * @param height as the width keeps the proportions, if it is left out.
   * @throws WordbrushError INVALID_OPTION, PACKAGE_MISSING without sharp.
   */
  async resize(
    width: number,
    height: number = Math.max(1, Math.round((this.height * width) / this.width)),
  ): Promise<RasterImage> {
    requireInteger('width', width, 1, MAX_SIDE);
    requireInteger('height', height, 1, MAX_SIDE);
    return new RasterImage(await this.#files.resize(this, width, height), this.#files);
  }

  /**
   * The picture `factor` times as wide and as high, each pixel a square: to look at small pictures.
   * @param factor integer from 1 to 64. @throws WordbrushError INVALID_OPTION
   */
  enlarge(factor: number): RasterImage {
    requireInteger('factor', factor, 1, 64);
    const pixels = new Uint32Array(this.data.buffer, this.data.byteOffset, this.width * this.height);
    const width = this.width * factor;
    const enlarged = new Uint32Array(width * this.height * factor);
    for (let y = 0; y < this.height; y++) {
      const row = enlarged.subarray(y * factor * width, (y * factor + 1) * width);
      for (let x = 0; x < width; x++) row[x] = pixels[y * this.width + Math.floor(x / factor)] ?? 0;
      for (let copy = 1; copy < factor; copy++) enlarged.set(row, (y * factor + copy) * width);
    }
    return this.derive(new Uint8ClampedArray(enlarged.buffer), width, this.height * factor);
  }

  /** A picture with other pixels, RGBA, that is written the same way. */
  derive(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): RasterImage {
    return new RasterImage({ data, width, height }, this.#files);
  }

  async #encode(format: LossyFormat, { quality = 90 }: EncodeOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    requireInteger('quality', quality, 1, 100);
    return this.#files.encode(this, format, quality);
  }
}

function requireInBrowser(name: 'ImageData' | 'OffscreenCanvas'): void {
  if (!(name in globalThis)) {
    throw new WordbrushError(
      'PACKAGE_MISSING',
      `Expected a browser, which has ${name}; here there is none.`,
      {
        hint: 'Use data, toPNG() or toFile().',
      },
    );
  }
}

function requireInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected ${name}: an integer from ${min} to ${max}, received ${value}.`,
    );
  }
}
