import { GeneratedImage } from '../image/generated-image.js';
import { pixelsFromTensor } from '../image/pixels-from-tensor.js';
import type { ImageFiles } from '../runtime/platform.js';

/** What a picture is given as, by the name that the option `output` has for it. */
export interface OutputTypes {
  /** With methods to write, encode and change it. */
  image: GeneratedImage;
  /** RGBA, 4 bytes a pixel, row by row from the top left. */
  rgba: Uint8ClampedArray<ArrayBuffer>;
  /** The bytes of a PNG file. */
  png: Uint8Array<ArrayBuffer>;
}

export type OutputKind = keyof OutputTypes;

export const OUTPUT_KINDS = ['image', 'rgba', 'png'] as const satisfies readonly OutputKind[];

export interface PictureSource {
  /** [3, size, size] in [-1, 1]. */
  values: Float32Array;
  size: number;
  seed: number;
  prompt: string | undefined;
  files: ImageFiles;
}

/** A drawn picture with its methods. */
export function toGeneratedImage({ values, size, seed, prompt, files }: PictureSource): GeneratedImage {
  const data = pixelsFromTensor(values, size, size);
  return new GeneratedImage({ data, width: size, height: size }, files, { seed, prompt });
}

/** A drawn picture as the option `output` asks for it. */
export async function toOutput<Kind extends OutputKind>(
  kind: Kind,
  source: PictureSource,
): Promise<OutputTypes[Kind]> {
  const converters: { [Each in OutputKind]: (image: GeneratedImage) => Promise<OutputTypes[Each]> } = {
    image: async (image) => image,
    rgba: async (image) => image.data,
    png: (image) => image.toPNG(),
  };
  return converters[kind](toGeneratedImage(source));
}
