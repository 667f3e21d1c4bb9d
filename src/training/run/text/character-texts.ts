import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { type CaptionStyle, drawCaption } from '../../data/draw-caption.js';

/** Captions of a split's pictures for an encoder that reads characters. */
export interface CharacterTextOptions {
  /** Of each picture, at least one. */
  captions: readonly (readonly string[])[];
  style: CaptionStyle;
  /** Turn capitals into small letters first. */
  lowerCase: boolean;
}

/** A caption drawn for each of these pictures. */
export function drawTexts(
  { captions, style }: CharacterTextOptions,
  pictures: readonly number[],
  random: RandomStream,
): string[] {
  return pictures.map((picture) => drawCaption(captions[picture] ?? [], style, random));
}

/** The first caption of each of these pictures. */
export function firstTexts({ captions }: CharacterTextOptions, pictures: readonly number[]): string[] {
  return pictures.map((picture) => captions[picture]?.[0] ?? '');
}
