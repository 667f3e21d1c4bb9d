import type * as tf from '@tensorflow/tfjs';
import { attentionMaps } from '../../../sdk/image/attention-map.js';
import { attentionOverlay } from '../../../sdk/image/attention-overlay.js';
import { contactSheet } from '../../../sdk/image/contact-sheet.js';
import { RasterImage } from '../../../sdk/image/raster-image.js';
import { sharpImages } from '../../../sdk/runtime/node/sharp-images.js';
import { writeWholeFile } from '../../../sdk/runtime/node/write-file.js';
import type { WrittenPicture } from './sample-grid.js';

/** Prompts that are shown, a row each. */
const SHOWN_PROMPTS = 4;
/** Words of a prompt that are shown beside the picture. */
const SHOWN_WORDS = 6;
const GAP = 4;

/**
 * Writes pictures with the places where each of their words looked: a row a prompt, of those with the most words.
 * @param images `[count, side, side, 3]` in [-1, 1].
 * @param attention `[count, side, side, time]`, shares that sum to 1 over the words.
 * @param words of each prompt, in the order in which the encoder read them.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE
 */
export async function writeAttentionSheet(
  images: tf.Tensor4D,
  attention: tf.Tensor4D,
  words: readonly (readonly string[])[],
  path: string,
): Promise<WrittenPicture> {
  const shown = wordiest(words);
  const columns = 1 + Math.min(SHOWN_WORDS, Math.max(...shown.map((prompt) => words[prompt]?.length ?? 0)));
  const [pixels, shares] = [images.dataSync(), attention.dataSync()];
  const [, side] = images.shape;
  const [, mapSide, , time] = attention.shape;
  const cells = shown.flatMap((prompt) => {
    const image = imageAt(pixels, prompt, side);
    const read = (words[prompt] ?? []).slice(0, columns - 1);
    const maps = attentionMaps(read, { data: mapsFirst(shares, prompt, mapSide, time), side: mapSide });
    const overlays = maps.map((map) => attentionOverlay(image, map));
    const empty = Array.from({ length: columns - 1 - overlays.length }, () => blank(image));
    return [image, ...overlays, ...empty];
  });
  const sheet = contactSheet(cells, { columns, gap: GAP });
  const png = await sheet.toPNG();
  await writeWholeFile(path, png);
  return { path, png, width: sheet.width, height: sheet.height };
}

/** Places of different prompts with the most words: a single word is looked at everywhere alike. */
function wordiest(words: readonly (readonly string[])[]): number[] {
  const different = new Map(words.map((prompt, place) => [prompt.join(' '), place]));
  const lengthAt = (place: number) => words[place]?.length ?? 0;
  return [...different.values()].sort((a, b) => lengthAt(b) - lengthAt(a) || a - b).slice(0, SHOWN_PROMPTS);
}

function imageAt(pixels: ArrayLike<number>, index: number, side: number): RasterImage {
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let pixel = 0; pixel < side * side; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = pixels[(index * side * side + pixel) * 3 + channel] ?? 0;
      data[pixel * 4 + channel] = Math.round((value + 1) * 127.5);
    }
  }
  return new RasterImage({ data, width: side, height: side }, sharpImages);
}

function blank(image: RasterImage): RasterImage {
  return image.derive(new Uint8ClampedArray(image.data.length).fill(255), image.width, image.height);
}

/** The maps of one picture, `[side, side, time]`, as `[time, side, side]`. */
function mapsFirst(shares: ArrayLike<number>, index: number, side: number, time: number): Float32Array {
  const places = side * side;
  return Float32Array.from({ length: time * places }, (_, at) => {
    const [word, place] = [Math.floor(at / places), at % places];
    return shares[(index * places + place) * time + word] ?? 0;
  });
}
