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

  /** A picture with other pixels, RGBA, that is written the same way. */
  derive(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): RasterImage {
    return new RasterImage(data, width, height, this.#writeFile);
  }
}
