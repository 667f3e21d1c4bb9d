import { WordbrushError } from '../errors.js';
import type { ImageFiles, Pixels } from '../runtime/platform.js';
import { show } from '../validation/describe-issue.js';

/** Pixels as the web's ImageData and our own pictures have them: RGBA, row by row from the top left. */
export interface ImageDataLike {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What of the package sharp's objects is needed. */
export interface SharpLike {
  clone(): unknown;
  metadata(): Promise<unknown>;
  raw(): unknown;
  toBuffer(): Promise<Uint8Array>;
}

/**
 * A picture to be scored: a path, the bytes of a picture file (Buffer, Uint8Array, ArrayBuffer, Blob), pixels, or an
 * object of the package sharp. All but pixels are decoded by sharp.
 */
export type ImageInput = string | Uint8Array | ArrayBuffer | Blob | ImageDataLike | SharpLike;

const MAX_PIXELS = 100_000_000;

/** @throws WordbrushError INVALID_OPTION if it is nothing that could be a picture. */
export function checkImageInput(input: unknown, name = 'image'): void {
  const isFile = typeof input === 'string' || input instanceof Uint8Array || input instanceof ArrayBuffer;
  if (isFile || input instanceof Blob || isImageData(input) || isSharp(input)) {
    return;
  }
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected ${name}: a path, Buffer, Uint8Array, ArrayBuffer, Blob, ImageData-like or sharp object, received ${show(input)}.`,
    { details: { option: name } },
  );
}

/**
 * The pixels of a picture, opaque: on white where it is transparent.
 * @throws WordbrushError INVALID_OPTION, IMAGE_INVALID, PACKAGE_MISSING, ABORTED.
 */
export async function readImage(
  input: unknown,
  files: ImageFiles,
  name = 'image',
  signal?: AbortSignal,
): Promise<Pixels> {
  checkImageInput(input, name);
  if (input instanceof Blob) {
    return files.decode(new Uint8Array(await input.arrayBuffer()));
  }
  if (input instanceof ArrayBuffer) {
    return files.decode(new Uint8Array(input));
  }
  return isImageData(input) ? flatten(input, name) : files.decode(input, signal);
}

/** Bytes are no pixels: a Uint8Array has neither width nor height. */
function isImageData(value: unknown): value is ImageDataLike {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return false;
  }
  const data: unknown = Reflect.get(value, 'data');
  const isBytes = data instanceof Uint8ClampedArray || data instanceof Uint8Array;
  return isBytes && ['width', 'height'].every((side) => typeof Reflect.get(value, side) === 'number');
}

function isSharp(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['clone', 'metadata', 'raw', 'toBuffer'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

function flatten({ data, width, height }: ImageDataLike, name: string): Pixels {
  const areSides = [width, height].every((side) => Number.isInteger(side) && side > 0);
  if (!areSides || width * height > MAX_PIXELS || data.length !== width * height * 4) {
    throw new WordbrushError(
      'IMAGE_INVALID',
      `Expected ${name} to have width × height × 4 bytes, at most ${MAX_PIXELS} pixels; received ${data.length} bytes for ${width}×${height}.`,
      { hint: 'Give RGBA pixels, 4 bytes each.' },
    );
  }
  const opaque = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = (data[i + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++) {
      opaque[i + channel] = (data[i + channel] ?? 0) * alpha + 255 * (1 - alpha);
    }
    opaque[i + 3] = 255;
  }
  return { data: opaque, width, height };
}
