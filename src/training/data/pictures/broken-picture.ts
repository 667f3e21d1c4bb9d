import { basename } from 'node:path';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import type { CaptionedImage } from '../captioned-image.js';

/** The error for a picture that does not decode, naming the file and the line that lists it. */
export function brokenPicture(image: CaptionedImage, cause: unknown): WordbrushError {
  const { path, range, fileName, listedIn, line } = image;
  const place = range === undefined ? path : `${path} (${fileName})`;
  return new WordbrushError('DATASET_INVALID', `${place}: the picture does not decode: ${reasonOf(cause)}.`, {
    hint: `Replace the picture, or take it out of ${basename(listedIn)} (line ${line}).`,
    cause,
    details: { path, line },
  });
}
