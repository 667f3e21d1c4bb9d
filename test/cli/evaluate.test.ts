import { describe, expect, it } from 'vitest';
import { repeatedOption } from '../../src/cli/repeated-option.js';
import { TINY_BUNDLE } from '../sdk/tiny-bundle.js';
import { EMOJI_SAMPLE } from '../training/run/micro-configs.js';
import { runWordbrush } from './run-wordbrush.js';

describe('an option that may be given several times', () => {
  it('keeps all of its values in order', () => {
    const words = ['m', '--judge', 'a', '--data', 'd', '--judge=b,c', '--judges=x', '--judge'];
    expect(repeatedOption(words, 'judge')).toEqual(['a', 'b,c', '']);
    expect(repeatedOption(words, 'size')).toEqual([]);
  });
});

describe('wordbrush evaluate', () => {
  it.each<[string, string[], string]>([
    ['a judge without a place', [TINY_BUNDLE, '--data', EMOJI_SAMPLE, '--judge', 'a', '--judge='], '--judge'],
    ['no data', [TINY_BUNDLE], '--data'],
    ['an unknown measure', [TINY_BUNDLE, '--data', EMOJI_SAMPLE, '--measures', 'fid'], 'received fid'],
  ])('refuses %s', async (_, args, message) => {
    const { code, output, errors } = await runWordbrush(['evaluate', ...args]);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain('error INVALID_OPTION');
    expect(errors.toLowerCase()).toContain(message.toLowerCase());
  });

  it('refuses weights of Inception that are not there before anything is drawn', async () => {
    const args = [TINY_BUNDLE, '--data', EMOJI_SAMPLE, '--inception', 'no-such-weights.pth'];
    const { code, output, errors } = await runWordbrush(['evaluate', ...args]);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain('error FILE_MISSING');
    expect(errors).toContain('no-such-weights.pth');
  });
});
