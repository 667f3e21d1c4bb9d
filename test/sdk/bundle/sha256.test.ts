import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/sdk/bundle/sha256.js';

describe('sha256', () => {
  // Around the ends of blocks and of what is done at once.
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 8192 * 64, 8192 * 64 + 1])(
    'of %i bytes is what OpenSSL says',
    async (length) => {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
      const expected = createHash('sha256').update(bytes).digest('hex');
      expect(Buffer.from(await sha256(bytes)).toString('hex')).toBe(expected);
    },
  );
});
