import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { normalNoise, uniformNoise } from '../../../src/sdk/noise/index.js';

const goldenSchema = z.array(z.object({ seed: z.number(), stream: z.number(), values: z.array(z.string()) }));
const golden = goldenSchema.parse(
  JSON.parse(readFileSync(new URL('../../fixtures/noise/normals.json', import.meta.url), 'utf8')),
);

describe('normalNoise', () => {
  it.each(golden)(
    'seed $seed, stream $stream equals the 60-digit computation',
    ({ seed, stream, values }) => {
      const noise = normalNoise(seed, stream, values.length);
      values.forEach((text, i) => {
        expect(noise[i]).toBe(Math.fround(Number(text)));
      });
    },
  );

  it('gives the same bits everywhere (hash of 100,000 values)', () => {
    const bytes = new Uint8Array(normalNoise(7, 0, 100_000).buffer);
    expect(createHash('sha256').update(bytes).digest('hex')).toMatchInlineSnapshot(
      `"cf2ca8640381ae6f625331dcb18b2d9f8f2ae9acd8f15ab4495d52d09d55664b"`,
    );
  });

  it('has the moments of the standard normal distribution', () => {
    const n = 1_000_000;
    const noise = normalNoise(3, 0, n);
    let [m1, m2, m3, m4] = [0, 0, 0, 0];
    let largest = 0;
    for (const x of noise) {
      m1 += x / n;
      m2 += x ** 2 / n;
      m3 += x ** 3 / n;
      m4 += x ** 4 / n;
      largest = Math.max(largest, Math.abs(x));
    }
    // Five standard errors: 1, sqrt 2, sqrt 15 and sqrt 96, each over a thousand.
    expect(Math.abs(m1)).toBeLessThan(0.005);
    expect(Math.abs(m2 - 1)).toBeLessThan(0.0071);
    expect(Math.abs(m3)).toBeLessThan(0.0194);
    expect(Math.abs(m4 - 3)).toBeLessThan(0.049);
    expect(largest).toBeGreaterThan(4);
    expect(largest).toBeLessThan(6.8);
  });

  it('fills the normal quantiles evenly', () => {
    const bounds = [
      -1.2815516, -0.8416212, -0.5244005, -0.2533471, 0, 0.2533471, 0.5244005, 0.8416212, 1.2815516,
    ];
    const counts = new Array<number>(10).fill(0);
    for (const x of normalNoise(11, 5, 200_000)) {
      const bin = bounds.filter((bound) => x > bound).length;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 20_000) ** 2 / 20_000, 0);
    // The 99.9 % point of chi-square with nine degrees of freedom.
    expect(chiSquare).toBeLessThan(27.88);
  });

  it('starts a longer draw with the shorter one', () => {
    const long = normalNoise(9, 2, 103);
    for (const length of [0, 1, 2, 3, 4, 5, 102]) {
      expect(normalNoise(9, 2, length)).toEqual(long.slice(0, length));
    }
  });

  it('gives seeds and streams nothing in common', () => {
    const base = normalNoise(5, 0, 10_000);
    for (const other of [
      normalNoise(6, 0, 10_000),
      normalNoise(5, 1, 10_000),
      normalNoise(5 + 2 ** 32, 0, 10_000),
    ]) {
      let product = 0;
      for (let i = 0; i < base.length; i++) {
        product += (base[i] ?? 0) * (other[i] ?? 0);
      }
      expect(Math.abs(product / base.length)).toBeLessThan(0.05);
    }
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => normalNoise(seed, 0, 1)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(`received ${seed}`),
      }),
    );
  });

  it.each([-1, 1.5, 2 ** 32])('refuses the stream %s', (stream) => {
    expect(() => normalNoise(0, stream, 1)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('uniformNoise', () => {
  it('fills [0, 1) evenly', () => {
    const n = 400_000;
    const noise = uniformNoise(4, 0, n);
    let outside = 0;
    let mean = 0;
    let square = 0;
    for (const x of noise) {
      outside += x >= 0 && x < 1 ? 0 : 1;
      mean += x / n;
      square += (x * x) / n;
    }
    expect(outside).toBe(0);
    // Five standard errors.
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.0023);
    expect(Math.abs(square - 1 / 3)).toBeLessThan(0.0024);
  });

  it('starts a longer draw with the shorter one', () => {
    expect(uniformNoise(1, 0, 3)).toEqual(uniformNoise(1, 0, 9).slice(0, 3));
  });
});
