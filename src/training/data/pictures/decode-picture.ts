import sharp, { type SharpOptions } from 'sharp';
import { reasonOf } from '../../../sdk/errors.js';
import type { PictureFile } from '../captioned-image.js';
import { cropAroundBox } from './crop-around-box.js';
import { readPictureBytes } from './read-picture-bytes.js';
import { whyNotDecoded } from './why-not-decoded.js';

/** `cover` crops the longer side around the middle, `fill` squashes it. */
export type Fit = 'cover' | 'fill';

/** More than any camera takes: a file of a few bytes can claim to be larger and would fill the memory. */
const MAX_PIXELS = 100_000_000;
/** Of animated pictures the first frame; a picture with any damage is refused. */
export const READING: SharpOptions = { limitInputPixels: MAX_PIXELS, animated: false, failOn: 'warning' };

/**
 * A picture at every one of `sides`, each side × side × 3 bytes, RGB: upright, cropped around its box where it has one,
 * on white where it is transparent, whatever its colours and bits were.
 * @throws RangeError that says why a picture does not decode whole; the system's error.
 */
export async function decodePicture(
  picture: PictureFile,
  sides: readonly number[],
  fit: Fit = 'cover',
): Promise<Uint8Array[]> {
  const bytes = await readPictureBytes(picture);
  try {
    return await decodeBytes(bytes, picture, sides, fit);
  } catch (cause) {
    throw new RangeError(cause instanceof RangeError ? cause.message : whyNotDecoded(reasonOf(cause)), {
      cause,
    });
  }
}

async function decodeBytes(
  bytes: Uint8Array,
  picture: PictureFile,
  sides: readonly number[],
  fit: Fit,
): Promise<Uint8Array[]> {
  const region = await cropOf(picture, bytes);
  const decoded: Uint8Array[] = [];
  for (const side of sides) {
    const upright = sharp(bytes, READING).autoOrient();
    const shown = region === undefined ? upright : upright.extract(region);
    decoded.push(
      await shown
        .flatten({ background: '#ffffff' })
        .resize(side, side, { fit })
        .toColourspace('srgb')
        .raw()
        .toBuffer(),
    );
  }
  return decoded;
}

async function cropOf({ box }: PictureFile, bytes: Uint8Array) {
  if (box === undefined) return undefined;
  const { autoOrient } = await sharp(bytes, READING).metadata();
  const region = cropAroundBox(box, autoOrient.width, autoOrient.height);
  if (region.width > 0 && region.height > 0) return region;
  const { left, top, width, height } = box;
  throw new RangeError(
    `the box [${left}, ${top}, ${width}, ${height}] lies outside its ${autoOrient.width}×${autoOrient.height} pixels`,
  );
}
