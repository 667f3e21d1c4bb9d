import type { SafetensorsTensor } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { arrayOfBytes, NumpyDtype } from './numpy-dtype.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** A header is a line of a hundred characters. */
const MAX_HEADER_BYTES = 10_000;

/** Whether a file is an array as `numpy.save` writes it. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.equals(bytes.subarray(0, MAGIC.length));
}

/**
 * An array as NumPy writes it (`.npy`, versions 1 to 3): numbers or truth values, little-endian, of either order.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for anything else, such as objects, which are pickles.
 */
export function readNpy(bytes: Uint8Array, source: string): SafetensorsTensor {
  if (bytes.length < 12 || !isNpy(bytes)) throw invalidWeights(source, 'expected a .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirst = bytes[6] === 1;
  const begin = isFirst ? 10 : 12;
  const length = isFirst ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES || begin + length > bytes.length) {
    throw invalidWeights(source, 'its header is damaged');
  }
  const header = Buffer.from(bytes.subarray(begin, begin + length)).toString('latin1');
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d, ]*)\)/.exec(header)?.[1];
  const dtype = descr === undefined ? undefined : NumpyDtype.parse(descr);
  if (dtype === undefined)
    throw invalidWeights(source, `expected numbers, got NumPy's type ${descr ?? 'of a structure'}`);
  if (order === undefined || shape === undefined) throw invalidWeights(source, 'its header is damaged');
  const sizes = shape
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const array = arrayOfBytes(sizes, dtype, bytes.subarray(begin + length), order === 'True');
  if (typeof array === 'string') throw invalidWeights(source, array);
  return array;
}
