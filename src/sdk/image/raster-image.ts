import { WordbrushError } from '../errors.js';
import type { WriteFile } from '../runtime/platform.js';
import { encodePNG } from './encode-png.js';

/** A picture in memory, of the same form as the web's ImageData. */
export class RasterImage {
  /** RGBA, 4 bytes a pixel, row by row from the top left. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly #writeFile: WriteFile;

  constructor(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number, writeFile: WriteFile) {
    this.data = data;
    this.width = width;
    this.height = height;
    this.#writeFile = writeFile;
  }

  /** The bytes of a PNG file. */
  toPNG(): Promise<Uint8Array<ArrayBuffer>> {
    return encodePNG(this.data, this.width, this.height);
  }

  /**
   * Writes a PNG file, whole or not at all, making the folders above it and replacing a file of that name.
   * @throws WordbrushError OUTPUT_NOT_WRITABLE.
   */
  async toFile(path: string): Promise<void> {
    await this.#writeFile(path, await this.toPNG());
  }

  /**
   * The picture `factor` times as wide and as high, each pixel a square: to look at small pictures.
   * @param factor integer from 1 to 64. @throws WordbrushError INVALID_OPTION
   */
  enlarge(factor: number): RasterImage {
    if (!Number.isInteger(factor) || factor < 1 || factor > 64) {
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected factor: an integer from 1 to 64, received ${factor}.`,
      );
    }
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
    return new RasterImage(data, width, height, this.#writeFile);
  }
}
