import { describe, expect, it } from 'vitest';
import {
  checkGenerateOptions,
  checkLoadOptions,
  checkPromptType,
} from '../../../src/sdk/generation/options.js';

const MAX = Number.MAX_SAFE_INTEGER;

describe('checkGenerateOptions', () => {
  it('fills in the defaults: one picture, a random seed below 2^32', () => {
    const seeds = Array.from({ length: 20 }, () => checkGenerateOptions({}).seed);
    expect(new Set(seeds).size).toBe(20);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
    expect(checkGenerateOptions({ seed: undefined, count: undefined }).count).toBe(1);
  });

  it('takes the ends of the ranges', () => {
    expect(checkGenerateOptions({ seed: 0, count: 64 })).toMatchObject({ seed: 0, count: 64 });
    expect(checkGenerateOptions({ seed: MAX }).seed).toBe(MAX);
    expect(checkGenerateOptions({ seed: MAX - 63, count: 64 }).seed).toBe(MAX - 63);
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
    [{ model: '' }, 'model', 'Expected model: a text of 1 to 4096 characters, received "".'],
    [{ seeds: 7 }, 'seeds', 'Expected only known entries in options, received "seeds".'],
    [7, 'options', 'Expected options: an object of options, received 7.'],
    [null, 'options', 'received null.'],
    [[], 'options', 'received a list of 0.'],
  ])('refuses %j', (options, option, message) => {
    expect(() => checkGenerateOptions(options)).toThrow(
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
    expect(() => checkPromptType(7)).toThrow('Expected prompt: a text, received 7.');
    expect(() => checkPromptType(undefined)).toThrow('Expected prompt: a text, received nothing.');
    expect(() => checkLoadOptions({ seed: 1 })).toThrow('received "seed"');
  });
});
