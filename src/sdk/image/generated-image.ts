import type { ImageFiles, Pixels } from '../runtime/platform.js';
import { RasterImage } from './raster-image.js';

/** A picture that a model drew. */
export class GeneratedImage extends RasterImage {
  /** With the same model, prompt and options it gives this picture again. */
  readonly seed: number;
  /** What it was drawn from; undefined for a model without text. */
  readonly prompt: string | undefined;

  constructor(pixels: Pixels, files: ImageFiles, origin: { seed: number; prompt: string | undefined }) {
    super(pixels, files);
    this.seed = origin.seed;
    this.prompt = origin.prompt;
  }
}
