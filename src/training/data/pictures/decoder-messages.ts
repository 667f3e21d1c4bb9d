import type { PictureFile } from '../captioned-image.js';

/** One picture to decode; `id` is given back with the answer. */
export interface DecodeRequest {
  id: number;
  picture: PictureFile;
  sides: readonly number[];
  flip: boolean;
}

/** A row in [-1, 1] for each side, or what is wrong with the picture. */
export type DecodeAnswer = { id: number; rows: Float32Array<ArrayBuffer>[] } | { id: number; reason: string };

/** Has the thread end once the picture at hand is done; what else waits is dropped. */
export const END_OF_DECODING = 'end';
