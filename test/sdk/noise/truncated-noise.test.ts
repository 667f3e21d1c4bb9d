import { describe, expect, it } from 'vitest';
import { normalNoise, truncatedNoise } from '../../../src/sdk/noise/index.js';

describe('truncatedNoise', () => {
  it('keeps what lies within, and draws the rest again', () => {
    const plain = normalNoise(7, 0, 4000);
    const limit = 1.2;
    const cut = truncatedNoise(7, 0, 1000, 4000, limit);
    expect(cut.every((value) => Math.abs(value) <= Math.fround(limit))).toBe(true);
    for (const [index, value] of plain.entries()) {
      if (Math.abs(value) <= limit) expect(cut[index]).toBe(value);
    }
    expect(new Set(cut).size).toBeGreaterThan(3900);
  });

  it.each([0.3, 1, 2])('has the moments of the normal distribution within ±%s', (limit) => {
    const values = truncatedNoise(11, 0, 1000, 40_000, limit);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    // 1 - 2 t φ(t) / (2Φ(t) - 1), with the integral of the density by a fine sum.
    const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    let share = 0;
    for (let i = 0; i < 20_000; i++)
      share += (density(-limit + ((i + 0.5) * 2 * limit) / 20_000) * 2 * limit) / 20_000;
    const expected = 1 - (2 * limit * density(limit)) / share;
    // Four standard errors of 40,000 draws.
    expect(Math.abs(mean)).toBeLessThan(0.02 * Math.sqrt(expected));
    expect(variance / expected).toBeGreaterThan(0.97);
    expect(variance / expected).toBeLessThan(1.03);
  });

  it('depends on place and seed alone: a longer draw begins with the shorter one', () => {
    expect(truncatedNoise(3, 0, 1000, 500, 0.5).slice(0, 20)).toEqual(truncatedNoise(3, 0, 1000, 20, 0.5));
    expect(truncatedNoise(4, 0, 1000, 20, 0.5)).not.toEqual(truncatedNoise(3, 0, 1000, 20, 0.5));
  });

  it('is nothing within ±0, and everything within ±10', () => {
    expect(truncatedNoise(3, 0, 1000, 50, 0).every((value) => value === 0)).toBe(true);
    expect(truncatedNoise(3, 0, 1000, 50, 10)).toEqual(normalNoise(3, 0, 50));
  });
});
