import { WordbrushError } from '../../sdk/errors.js';

export interface NpyArray {
  shape: number[];
  /** Row-major. */
  values: Float32Array;
}

const MAGIC = '\u0093NUMPY';

/**
 * An array of 32- or 64-bit floats as NumPy writes it (`numpy.save`), little-endian and in C order.
 * @throws WordbrushError DATASET_INVALID for anything else.
 */
export function readNpy(bytes: Uint8Array, source: string): NpyArray {
  const invalid = (reason: string) =>
    new WordbrushError('DATASET_INVALID', `${source}: ${reason}.`, { details: { path: source } });
  const text = (begin: number, end: number) => String.fromCharCode(...bytes.subarray(begin, end));
  if (bytes.length < 12 || text(0, 6) !== MAGIC) throw invalid('is no .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isFirst = bytes[6] === 1;
  const begin = isFirst ? 10 : 12;
  const end = begin + (isFirst ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length || end - begin > 10_000) throw invalid('has a damaged header');
  const header = text(begin, end);
  const type = /'descr':\s*'<f([48])'/.exec(header)?.[1];
  if (type === undefined || !/'fortran_order':\s*False/.test(header)) {
    throw invalid('expected 32- or 64-bit floats in C order');
  }
  const shape = (/'shape':\s*\(([\d, ]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const width = Number(type);
  if (bytes.length !== end + count * width) {
    throw invalid(`expected ${count} numbers for the shape [${shape.join(', ')}]`);
  }
  const values = Float32Array.from({ length: count }, (_, index) => {
    const place = end + index * width;
    return width === 4 ? view.getFloat32(place, true) : view.getFloat64(place, true);
  });
  return { shape, values };
}
