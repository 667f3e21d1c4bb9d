import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FeatureCache, featureCacheFolder } from '../../../src/training/evaluation/feature-cache.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { matrixOf } from './matrix-of.js';

const FACTS = { pictures: 'a', count: 2, size: 64, encoder: 'b', resize: 'bilinear to 224' };
const FEATURES = new Map([
  [
    'pooled',
    matrixOf([
      [0.1, 2, 3],
      [4, 5, 6e-20],
    ]),
  ],
  ['probabilities', matrixOf([[1], [0.5]])],
]);

/** How often features had to be computed. */
function counted() {
  const calls = { count: 0 };
  const compute = async () => {
    calls.count++;
    return FEATURES;
  };
  return { calls, compute };
}

function entries(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('FeatureCache', () => {
  it('gives what was computed before, to the bit', async () => {
    const folder = temporaryFolder();
    const { calls, compute } = counted();
    expect(await new FeatureCache(folder).through(FACTS, compute)).toEqual(FEATURES);
    expect(await new FeatureCache(folder).through(FACTS, compute)).toEqual(FEATURES);
    expect(calls.count).toBe(1);
    expect(entries(folder)).toHaveLength(1);
  });

  it.each([{ pictures: 'c' }, { count: 3 }, { size: 128 }, { encoder: 'c' }, { resize: 'bilinear to 299' }])(
    'takes nothing of other facts: %o',
    async (other) => {
      const cache = new FeatureCache(temporaryFolder());
      const { calls, compute } = counted();
      await cache.through(FACTS, compute);
      await cache.through({ ...FACTS, ...other }, compute);
      expect(calls.count).toBe(2);
    },
  );

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 1)],
    [
      'of another bit',
      (bytes) => Buffer.from(bytes.map((byte, i) => (i === bytes.length - 2 ? byte ^ 1 : byte))),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['of something else', () => Buffer.from('no features, but longer than a digest is')],
  ])('computes a damaged entry again and mends it: %s', async (_, damage) => {
    const folder = temporaryFolder();
    const cache = new FeatureCache(folder);
    const { calls, compute } = counted();
    await cache.through(FACTS, compute);
    const [path = ''] = entries(folder);
    const whole = readFileSync(path);
    writeFileSync(path, damage(whole));
    expect(await cache.through(FACTS, compute)).toEqual(FEATURES);
    expect(calls.count).toBe(2);
    expect(readFileSync(path)).toEqual(whole);
    expect(entries(folder)).toEqual([path]);
  });

  it('does without a folder that cannot be written, and keeps nothing without one', async () => {
    const file = join(temporaryFolder({ file: '' }), 'file');
    const { calls, compute } = counted();
    expect(await new FeatureCache(join(file, 'below')).through(FACTS, compute)).toEqual(FEATURES);
    expect(await new FeatureCache(undefined).through(FACTS, compute)).toEqual(FEATURES);
    expect(calls.count).toBe(2);
  });

  it('lies beside the downloaded models', () => {
    expect(featureCacheFolder({ WORDBRUSH_CACHE: '/own' })).toBe(join('/own', 'features'));
    expect(featureCacheFolder({ XDG_CACHE_HOME: '/xdg' })).toBe(join('/xdg', 'wordbrush', 'features'));
  });
});
