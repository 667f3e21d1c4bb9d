import { describe, expect, it } from 'vitest';
import { float16ToFloat32, float32ToFloat16 } from '../../../src/training/weights/float16.js';

describe('float16', () => {
  it('gives every half-precision number back', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
    const values = float16ToFloat32(all);
    const back = float32ToFloat16(values);
    for (let bits = 0; bits < all.length; bits++) {
      // All NaNs become one.
      if (Number.isNaN(values[bits] ?? 0)) expect((back[bits] ?? 0) & 0x7fff).toBe(0x7e00);
      else if (back[bits] !== bits) expect(back[bits]).toBe(bits);
    }
  });

  it.each([
    [1 + 2 ** -11, 0x3c00, 'a tie goes to the even neighbour below'],
    [1 + 3 * 2 ** -11, 0x3c02, 'a tie goes to the even neighbour above'],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01, 'past the middle goes up'],
    [2 - 2 ** -12, 0x4000, 'a carry reaches the exponent'],
    [65_519, 0x7bff, 'the last value that stays finite'],
    [65_520, 0x7c00, 'the first that does not'],
    [1e30, 0x7c00, 'far too large'],
    [-1e30, 0xfc00, 'far too small'],
    [2 ** -24, 0x0001, 'the smallest subnormal'],
    [2 ** -25, 0x0000, 'half of it, a tie to zero'],
    [2 ** -25 * 1.5, 0x0001, 'just above that'],
    [2 ** -14 - 2 ** -25, 0x0400, 'a subnormal that rounds to a normal'],
    [-1e-30, 0x8000, 'underflow keeps the sign'],
  ])('rounds %d to %i: %s', (value, bits) => {
    expect(float32ToFloat16(Float32Array.of(value))[0]).toBe(bits);
  });

  it('is never further than half a step from the value', () => {
    const values = Float32Array.from({ length: 20_000 }, (_, i) =>
      Math.fround(Math.sin(i * 12.9898) * 4 ** ((i % 13) - 8)),
    );
    const rounded = float16ToFloat32(float32ToFloat16(values));
    values.forEach((value, i) => {
      const step = 2 ** Math.max(Math.floor(Math.log2(Math.abs(value))) - 10, -24);
      expect(Math.abs((rounded[i] ?? 0) - value)).toBeLessThanOrEqual(step / 2);
    });
  });
});
