import { describe, expect, it } from 'vitest';
import { circlePoint, cosineNearZero, log, sineNearZero } from '../../../src/sdk/noise/elementary.js';

/** The distance of two doubles in units in the last place of the second. */
function ulps(actual: number, expected: number): number {
  if (actual === expected) {
    return 0;
  }
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(expected))), -1022);
  return Math.abs(actual - expected) / 2 ** (exponent - 52);
}

function sweep(from: number, to: number, steps: number, visit: (x: number) => number): number {
  let worst = 0;
  for (let i = 0; i <= steps; i++) {
    worst = Math.max(worst, visit(from + ((to - from) * i) / steps));
  }
  return worst;
}

describe('elementary functions', () => {
  it('log is within 1 ulp of Math.log', () => {
    expect(sweep(2 ** -33, 1, 100_003, (x) => ulps(log(x), Math.log(x)))).toBeLessThanOrEqual(1);
    expect(sweep(0.9, 1.1, 100_003, (x) => ulps(log(x), Math.log(x)))).toBeLessThanOrEqual(1);
    expect(sweep(-1022, 1023, 100_003, (e) => ulps(log(2 ** e), Math.log(2 ** e)))).toBeLessThanOrEqual(1);
  });

  it('log is exact where the result is', () => {
    expect(log(1)).toBe(0);
    expect(log(2)).toBe(Math.LN2);
    expect(log(Number.MIN_VALUE)).toBeCloseTo(-744.4400719213812, 10);
  });

  it('sine and cosine are within 1 ulp of Math on [-pi/4, pi/4]', () => {
    const quarter = Math.PI / 4;
    expect(sweep(-quarter, quarter, 100_003, (x) => ulps(sineNearZero(x), Math.sin(x)))).toBeLessThanOrEqual(
      1,
    );
    expect(
      sweep(-quarter, quarter, 100_003, (x) => ulps(cosineNearZero(x), Math.cos(x))),
    ).toBeLessThanOrEqual(1);
  });

  it('circlePoint walks the whole circle', () => {
    const point = { cos: 0, sin: 0 };
    const worst = sweep(0, 1 - 2 ** -32, 100_003, (turns) => {
      circlePoint(turns, point);
      const angle = 2 * Math.PI * turns;
      return Math.max(Math.abs(point.cos - Math.cos(angle)), Math.abs(point.sin - Math.sin(angle)));
    });
    // The angle in radians is itself rounded: half a unit in the last place of 2 pi is 4.4e-16.
    expect(worst).toBeLessThan(1e-15);
  });

  it('circlePoint is exact at the quarters', () => {
    const corners = [0, 0.25, 0.5, 0.75].map((turns) => {
      const point = { cos: 9, sin: 9 };
      circlePoint(turns, point);
      return [point.cos + 0, point.sin + 0];
    });
    expect(corners).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ]);
  });
});
