import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../src/sdk/errors.js';

describe('WordbrushError', () => {
  it('is told by instanceof also where another entry of the package has made it', () => {
    class Another extends Error {
      override readonly name = 'WordbrushError';
      readonly code = 'ABORTED';
    }
    expect(new Another('') instanceof WordbrushError).toBe(true);
    expect(new WordbrushError('ABORTED', '') instanceof WordbrushError).toBe(true);
    const others = [
      new Error('WordbrushError'),
      { name: 'WordbrushError', code: 'ABORTED' },
      null,
      undefined,
      'x',
    ];
    for (const other of others) expect(other instanceof WordbrushError).toBe(false);
  });
});
