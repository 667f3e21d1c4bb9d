import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportError } from '../../src/cli/report-error.js';
import { WordbrushError } from '../../src/sdk/errors.js';

describe('reportError', () => {
  const lines: string[] = [];

  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
  });

  it('prints code, message and hint in one line, and no stack', () => {
    reportError(new WordbrushError('ABORTED', 'Expected x, received y.', { hint: 'Do z.' }));
    expect(lines).toEqual(['error ABORTED: Expected x, received y. Do z.']);
    expect(process.exitCode).toBe(1);
  });

  it('prints anything else that was thrown', () => {
    reportError(new TypeError('no such thing'));
    reportError('text');
    expect(lines).toEqual(['error UNEXPECTED: no such thing', 'error UNEXPECTED: text']);
  });

  it('prints the stack when asked', () => {
    vi.stubEnv('WORDBRUSH_DEBUG', '1');
    reportError(new TypeError('no such thing'));
    expect(lines[1]).toContain('report-error.test.ts');
  });
});
