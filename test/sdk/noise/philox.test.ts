import { describe, expect, it } from 'vitest';
import { philoxBlock, splitWords } from '../../../src/sdk/noise/philox.js';

function block(counter: readonly [number, number, number, number], low: number, high: number): string[] {
  const out = new Uint32Array(4);
  philoxBlock(out, 0, counter, { low, high });
  return Array.from(out, (word) => word.toString(16).padStart(8, '0'));
}

describe('philoxBlock', () => {
  // The known-answer vectors of the Random123 distribution, philox4x32 with ten rounds.
  it('gives the published vectors', () => {
    expect(block([0, 0, 0, 0], 0, 0)).toEqual(['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
    const ones = 0xffffffff;
    expect(block([ones, ones, ones, ones], ones, ones)).toEqual([
      '408f276d',
      '41c83b0e',
      'a20bc7c6',
      '6d5451fd',
    ]);
    expect(block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], 0xa4093822, 0x299f31d0)).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ]);
  });

  it('writes at the offset given', () => {
    const out = new Uint32Array(8);
    philoxBlock(out, 4, [0, 0, 0, 0], { low: 0, high: 0 });
    expect(Array.from(out.subarray(0, 5))).toEqual([0, 0, 0, 0, 0x6627e8d5]);
  });
});

describe('splitWords', () => {
  it('splits up to 2^53 - 1', () => {
    expect(splitWords(0)).toEqual({ low: 0, high: 0 });
    expect(splitWords(2 ** 32 + 7)).toEqual({ low: 7, high: 1 });
    expect(splitWords(2 ** 53 - 1)).toEqual({ low: 0xffffffff, high: 0x1fffff });
  });
});
