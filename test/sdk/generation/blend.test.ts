import { describe, expect, it } from 'vitest';
import { blendNormal, blendText } from '../../../src/sdk/generation/blend.js';
import { normalNoise } from '../../../src/sdk/noise/index.js';
import type { TensorValue } from '../../../src/sdk/runtime/platform.js';

const lengthOf = (values: Float32Array): number => Math.hypot(...values);

function text(words: number[][]): Map<string, TensorValue> {
  const dim = words[0]?.length ?? 0;
  return new Map<string, TensorValue>([
    ['sentence', { data: Float32Array.from(words[0] ?? []), dims: [1, dim] }],
    ['words', { data: Float32Array.from(words.flat()), dims: [1, words.length, dim] }],
    ['lengths', { data: Int32Array.of(words.length), dims: [1] }],
  ]);
}

describe('blendNormal', () => {
  it('is exact at both ends, and as long as noise is between them', () => {
    const [a, b] = [normalNoise(1, 0, 200), normalNoise(2, 0, 200)];
    expect(blendNormal(a, b, 0)).toEqual(a);
    expect(blendNormal(a, b, 1)).toEqual(b);
    for (const weight of [0.1, 0.5, 0.8]) {
      const wanted = Math.sqrt((1 - weight) * lengthOf(a) ** 2 + weight * lengthOf(b) ** 2);
      expect(lengthOf(blendNormal(a, b, weight))).toBeCloseTo(wanted, 4);
    }
  });

  it('of the same noise is that noise, and of opposites no nonsense', () => {
    const a = normalNoise(1, 0, 20);
    const same = blendNormal(a, a, 0.37);
    expect(same.every((value, index) => Math.abs(value - (a[index] ?? 0)) < 1e-6)).toBe(true);
    const opposite = a.map((value) => -value);
    expect(blendNormal(a, opposite, 0.5).every(Number.isFinite)).toBe(true);
  });
});

describe('blendText', () => {
  it('goes word by word, with zeros for the words that the shorter text lacks', () => {
    const [a, b] = [
      text([[2, 4]]),
      text([
        [0, 8],
        [6, 6],
      ]),
    ];
    expect(blendText(a, b, 0)).toBe(a);
    expect(blendText(a, b, 1)).toBe(b);
    const half = blendText(a, b, 0.5);
    expect(half.get('words')).toEqual({ data: Float32Array.of(1, 6, 3, 3), dims: [1, 2, 2] });
    expect(half.get('sentence')?.data).toEqual(Float32Array.of(1, 6));
    expect(half.get('lengths')?.data).toEqual(Int32Array.of(2));
  });
});
