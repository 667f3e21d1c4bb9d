import { describe, expect, it } from 'vitest';
import { normalNoise, RandomStream } from '../../../src/sdk/noise/index.js';

/** A bit of everything, so that the blocks are left half used. */
function draw(stream: RandomStream): unknown[] {
  return [
    stream.uniform(),
    stream.integer(10),
    stream.normal(),
    Array.from(stream.normals(5)),
    stream.integer(3),
    stream.shuffle([1, 2, 3, 4, 5]),
  ];
}

describe('RandomStream', () => {
  it('repeats itself for the same seed and differs for another', () => {
    expect(draw(new RandomStream(7))).toEqual(draw(new RandomStream(7)));
    expect(draw(new RandomStream(7))).not.toEqual(draw(new RandomStream(8)));
    expect(draw(new RandomStream(7, 1))).not.toEqual(draw(new RandomStream(7, 0)));
  });

  it('goes on exactly where its state was taken, wherever that is in a block', () => {
    const stream = new RandomStream(12, 3);
    for (let i = 0; i < 9; i++) {
      stream.integer(100);
      const state = JSON.parse(JSON.stringify(stream.state()));
      const restored = new RandomStream(0);
      restored.restore(state);
      expect(restored.state()).toEqual(state);
      const copy = new RandomStream(12, 3);
      copy.restore(stream.state());
      expect(draw(restored)).toEqual(draw(copy));
    }
  });

  it('keeps its place beyond 2^32 words', () => {
    const stream = new RandomStream(1);
    stream.restore({ seed: 1, stream: 0, position: 2 ** 40 + 2 });
    const values = [stream.integer(1000), stream.integer(1000), stream.integer(1000)];
    stream.restore({ seed: 1, stream: 0, position: 2 ** 40 + 3 });
    expect([stream.integer(1000), stream.integer(1000)]).toEqual(values.slice(1));
    stream.restore({ seed: 1, stream: 0, position: 2 });
    expect([stream.integer(1000), stream.integer(1000), stream.integer(1000)]).not.toEqual(values);
  });

  it('draws the values of normalNoise', () => {
    const stream = new RandomStream(7, 2);
    expect(stream.normals(10)).toEqual(normalNoise(7, 2, 10));
    // The next draw starts with a fresh block: two values of the third were not used.
    expect(stream.normals(4)).toEqual(normalNoise(7, 2, 16).slice(12));
  });

  it('draws every integer equally often', () => {
    const stream = new RandomStream(5);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) {
      const value = stream.integer(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // The 99.9 % point of chi-square with six degrees of freedom.
    expect(chiSquare).toBeLessThan(22.46);
  });

  it('is not biased by the remainder of 2^32', () => {
    const stream = new RandomStream(6);
    const limit = 3 * 2 ** 30;
    let low = 0;
    for (let i = 0; i < 30_000; i++) {
      low += stream.integer(limit) < 2 ** 30 ? 1 : 0;
    }
    // A plain remainder would give a half instead of a third; five standard errors are 408.
    expect(Math.abs(low - 10_000)).toBeLessThan(408);
  });

  it('draws uniforms and normals of the right moments', () => {
    const stream = new RandomStream(2);
    let outside = 0;
    let uniforms = 0;
    let normals = 0;
    let squares = 0;
    const n = 100_000;
    for (let i = 0; i < n; i++) {
      const u = stream.uniform();
      outside += u >= 0 && u < 1 ? 0 : 1;
      const x = stream.normal();
      uniforms += u / n;
      normals += x / n;
      squares += (x * x) / n;
    }
    expect(outside).toBe(0);
    expect(Math.abs(uniforms - 0.5)).toBeLessThan(0.0046);
    expect(Math.abs(normals)).toBeLessThan(0.0159);
    expect(Math.abs(squares - 1)).toBeLessThan(0.0224);
  });

  it('shuffles in place, every order equally often, typed arrays too', () => {
    const stream = new RandomStream(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = stream.shuffle(['a', 'b', 'c', 'd']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // The 99.9 % point of chi-square with 23 degrees of freedom.
    expect(chiSquare).toBeLessThan(49.73);
    const items = new Int32Array([1, 2, 3]);
    expect(stream.shuffle(items)).toBe(items);
    expect(Array.from(items).sort()).toEqual([1, 2, 3]);
  });

  it('refuses what it cannot mean', () => {
    const invalid = expect.objectContaining({ code: 'INVALID_OPTION' });
    expect(() => new RandomStream(-1)).toThrow(invalid);
    expect(() => new RandomStream(1, 0.5)).toThrow(invalid);
    for (const limit of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
      expect(() => new RandomStream(1).integer(limit)).toThrow(invalid);
    }
    expect(() => new RandomStream(1).restore({ seed: 1, stream: 0, position: -1 })).toThrow(invalid);
    expect(() => new RandomStream(1).restore({ seed: 0.5, stream: 0, position: 0 })).toThrow(invalid);
  });
});
