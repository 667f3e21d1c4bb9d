import { describe, expect, it } from 'vitest';
import { checkGenerateOptions } from '../../../src/sdk/generation/draw-options.js';
import { checkEnds } from '../../../src/sdk/generation/interpolate-options.js';
import { checkLoadOptions, separateModel } from '../../../src/sdk/generation/load-options.js';
import { checkedPrompts } from '../../../src/sdk/generation/prompts.js';

const MAX = Number.MAX_SAFE_INTEGER;

describe('checkGenerateOptions', () => {
  const seedsOf = (options: object, prompts = 1) =>
    checkGenerateOptions(options, prompts).pictures.map((each) => each.map(({ seed }) => seed));

  it('fills in the defaults: one picture, a random seed below 2^32', () => {
    const seeds = Array.from({ length: 20 }, () => seedsOf({})).flat(2);
    expect(new Set(seeds).size).toBe(20);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
    expect(seedsOf({ seed: undefined, count: undefined })).toHaveLength(1);
    expect(checkGenerateOptions({}, 1)).toMatchObject({ output: 'image', variation: 1 });
  });

  it('takes the ends of the ranges', () => {
    expect(seedsOf({ seed: 0, count: 64 })[0]).toHaveLength(64);
    expect(seedsOf({ seed: MAX })).toEqual([[MAX]]);
    expect(seedsOf({ seed: MAX - 63, count: 64 })[0]?.at(-1)).toBe(MAX);
  });

  it('counts from one seed for each prompt, or takes one for each picture', () => {
    expect(seedsOf({ seed: 5, count: 2 }, 2)).toEqual([
      [5, 6],
      [5, 6],
    ]);
    expect(seedsOf({ seed: [9, 3, 3] })).toEqual([[9, 3, 3]]);
    expect(seedsOf({ seed: [1, 2, 3, 4] }, 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(seedsOf({ seed: [4, 1, 7] }, 3)).toEqual([[4], [1], [7]]);
  });

  it('takes noise of every picture, or of each', () => {
    const [a, b] = [{ z: Float32Array.of(1, 2) }, { z: new Float32Array(2), eps: [Float32Array.of(3)] }];
    const noisesOf = (options: object) =>
      checkGenerateOptions(options, 1)
        .pictures.flat()
        .map(({ noise }) => noise);
    expect(noisesOf({ noise: { z: [1, 2] }, count: 2 })).toEqual([a, a]);
    expect(noisesOf({ noise: [a, b] })).toEqual([a, b]);
  });

  it.each<[unknown, string, string]>([
    [{ seed: -1 }, 'seed', `Expected seed: an integer from 0 to ${MAX}, received -1.`],
    [{ seed: 0.5 }, 'seed', `Expected seed: an integer from 0 to ${MAX}, received 0.5.`],
    [{ seed: '7' }, 'seed', `Expected seed: an integer from 0 to ${MAX}, received "7".`],
    [{ seed: Number.NaN }, 'seed', 'received NaN.'],
    [{ seed: 2 ** 53 }, 'seed', 'received 9007199254740992.'],
    [{ seed: true }, 'seed', 'received true.'],
    [{ seed: null }, 'seed', 'received null.'],
    [{ seed: MAX, count: 2 }, 'seed', `Expected seed: at most ${MAX} minus count - 1, received ${MAX}.`],
    [{ count: 0 }, 'count', 'Expected count: an integer from 1 to 64, received 0.'],
    [{ count: 10_000 }, 'count', 'Expected count: an integer from 1 to 64, received 10000.'],
    [{ count: 1.5 }, 'count', 'Expected count: an integer from 1 to 64, received 1.5.'],
    [{ count: Number.POSITIVE_INFINITY }, 'count', 'received Infinity.'],
    [{ signal: {} }, 'signal', 'Expected signal: an AbortSignal, received an object.'],
    [{ onProgress: 'x' }, 'onProgress', 'Expected onProgress: a function, received "x".'],
    [
      { seed: [1, 2], count: 3 },
      'seed',
      'Expected seed: one entry for each of 3 pictures, received a list of 2.',
    ],
    [{ seed: [] }, 'seed', 'Expected seed: a list of 1 to 10000 entries, received a list of 0.'],
    [{ seed: [1, -1] }, 'seed.1', 'received -1.'],
    [{ size: 0 }, 'size', 'Expected size: an integer'],
    [{ truncation: -1 }, 'truncation', 'Expected truncation: a number from 0 to 10, received -1.'],
    [{ variation: Number.NaN }, 'variation', 'Expected variation: a number from 0 to 4, received NaN.'],
    [{ output: 'gif' }, 'output', 'Expected output: one of "image", "rgba", "png", received "gif".'],
    [{ noise: { z: [Number.NaN] } }, 'noise.z', 'Expected noise.z: a list of finite numbers'],
    [
      { noise: { z: 'abc' } },
      'noise.z',
      'a list of finite numbers from -1000000 to 1000000, received "abc".',
    ],
    [{ noise: [{ z: [1], eps: [[Number.POSITIVE_INFINITY]] }] }, 'noise.0.eps.0', 'a list of finite numbers'],
    [{ noise: 7 }, 'noise', 'Expected noise: an object with z, received 7.'],
    [{ seeds: 7 }, 'seeds', 'Expected only known entries in options, received "seeds".'],
    [7, 'options', 'Expected options: an object of options, received 7.'],
    [null, 'options', 'received null.'],
    [[], 'options', 'received a list of 0.'],
  ])('refuses %j', (options, option, message) => {
    expect(() => checkGenerateOptions(options, 1)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(message),
        details: { option },
      }),
    );
  });
});

describe('the other checks', () => {
  it('refuse what is no text or unknown', () => {
    expect(() => checkedPrompts(7)).toThrow('Expected prompt: a text, received 7.');
    expect(() => checkedPrompts(undefined)).toThrow('Expected prompt: a text, received nothing.');
    expect(() => checkedPrompts(['a', 7])).toThrow('Expected prompts.1: a text, received 7.');
    expect(() => checkedPrompts([])).toThrow('Expected prompts: a list of 1 to 1000 entries');
    expect(() => checkedPrompts(['a', ''])).toThrow(expect.objectContaining({ code: 'PROMPT_EMPTY' }));
    expect(() => checkLoadOptions({ seed: 1 })).toThrow('received "seed"');
    expect(() => checkLoadOptions({ device: 'tpu' })).toThrow(
      'one of "auto", "cuda", "webgpu", "cpu", "wasm"',
    );
    expect(() => separateModel({ model: '' })).toThrow(
      'Expected model: the path or URL of a model bundle, an archive, or its files, received "".',
    );
    expect(() => separateModel(null)).toThrow('an object of options');
  });

  it('let the ends of an interpolation share a seed', () => {
    const [a, b] = checkEnds('one', { prompt: 'two', seed: 4 }, true);
    expect([a.seed, b.seed]).toEqual([4, 4]);
    const [c, d] = checkEnds({}, {}, false);
    expect(c.seed).toBe(d.seed);
    expect(() => checkEnds('one', { seed: 4 }, true)).toThrow('Expected b.prompt: a text');
    expect(() => checkEnds('one', {}, false)).toThrow('Expected a: an object with seed or noise');
  });
});
