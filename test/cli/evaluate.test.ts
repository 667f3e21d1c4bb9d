import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TINY_BUNDLE } from '../sdk/tiny-bundle.js';
import { EMOJI_SAMPLE } from '../training/run/micro-configs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `wordbrush evaluate` in a process of its own, as a shell does. */
function evaluate(...args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'evaluate', ...args],
      { cwd: ROOT },
      (_, output, errors) => resolve({ code: child.exitCode, output, errors }),
    );
  });
}

describe('wordbrush evaluate', () => {
  it.each<[string, string[], string]>([
    ['no data', [TINY_BUNDLE], '--data'],
    ['an unknown measure', [TINY_BUNDLE, '--data', EMOJI_SAMPLE, '--measures', 'fid'], 'received fid'],
  ])('refuses %s', async (_, args, message) => {
    const { code, output, errors } = await evaluate(...args);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain('error INVALID_OPTION');
    expect(errors.toLowerCase()).toContain(message.toLowerCase());
  });
});
