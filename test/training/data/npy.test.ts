import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/training/data/npy.js';

/** A file as `numpy.save` writes it, header padded to a multiple of 64. */
function npy(description: string, values: Uint8Array): Uint8Array {
  const header = `${description}${' '.repeat(117 - description.length)}\n`;
  const prefix = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0);
  return Uint8Array.from([...prefix, ...new TextEncoder().encode(header), ...values]);
}

const bytesOf = (values: Float32Array | Float64Array) => new Uint8Array(values.buffer);
const describe2 = (type: string, shape: string, fortran = 'False') =>
  `{'descr': '${type}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe('readNpy', () => {
  it('reads 32- and 64-bit floats with their shape', () => {
    const single = npy(describe2('<f4', '(2, 3)'), bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6)));
    expect(readNpy(single, 'a.npy')).toEqual({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const double = npy(describe2('<f8', '(2,)'), bytesOf(Float64Array.of(0.5, -1)));
    expect(readNpy(double, 'a.npy')).toEqual({ shape: [2], values: Float32Array.of(0.5, -1) });
  });

  it.each([
    ['no array', Uint8Array.of(1, 2, 3), /no \.npy file/],
    ['whole numbers', npy(describe2('<i8', '(1,)'), new Uint8Array(8)), /floats in C order/],
    ['Fortran order', npy(describe2('<f4', '(1,)', 'True'), new Uint8Array(4)), /floats in C order/],
    ['too few numbers', npy(describe2('<f4', '(2,)'), new Uint8Array(4)), /expected 2 numbers/],
    ['a cut header', npy(describe2('<f4', '(1,)'), new Uint8Array(4)).subarray(0, 60), /damaged header/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'a.npy')).toThrow(message);
  });
});
