import sharp, { type SharpOptions } from 'sharp';
import type { PictureFile } from '../captioned-image.js';
import { cropAroundBox } from './crop-around-box.js';
import { readPictureBytes } from './read-picture-bytes.js';

/** `cover` crops the longer side around the middle, `fill` squashes it. */
export type Fit = 'cover' | 'fill';

/** More than any camera takes: a file of a few bytes can claim to be larger and would fill the memory. */
const MAX_PIXELS = 100_000_000;
/** Of animated pictures the first frame; a picture with any damage is refused. */
export const READING: SharpOptions = { limitInputPixels: MAX_PIXELS, animated: false, failOn: 'warning' };

/**
 * A picture at every one of `sides`, each side × side × 3 bytes, RGB: upright, cropped around its box where it has one,
 * on white where it is transparent, whatever its colours and bits were.
 * @throws sharp's error for a picture that does not decode whole; the system's error.
 */
export async function decodePicture(
  picture: PictureFile,
  sides: readonly number[],
  fit: Fit = 'cover',
): Promise<Uint8Array[]> {
  const bytes = await readPictureBytes(picture);
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
