import type { WriteFile } from '../runtime/platform.js';
import { RasterImage } from './raster-image.js';

/** A picture that a model drew. */
export class GeneratedImage extends RasterImage {
  /** With the same model and prompt it gives this picture again. */
  readonly seed: number;

  constructor(
    data: Uint8ClampedArray<ArrayBuffer>,
    width: number,
    height: number,
    writeFile: WriteFile,
    seed: number,
  ) {
    super(data, width, height, writeFile);
    this.seed = seed;
  }
}
