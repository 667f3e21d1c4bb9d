import { describe, expect, it } from 'vitest';
import { readTar } from '../../../../src/training/data/emoji/read-tar.js';
import { makeTar } from './make-tar.js';

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

describe('readTar', () => {
  it('reads files, long paths and empty files, and skips folders', () => {
    const longPath = `package/${'x'.repeat(150)}.json`;
    const record = ` path=${longPath}\n`;
    const pax = `${record.length + 3}${record}`;
    const files = readTar(
      makeTar([
        { path: 'package/', content: '', type: '5' },
        { path: 'package/a.txt', content: 'hello' },
        { path: 'b.txt', prefix: 'package/deep', content: 'x'.repeat(513) },
        { path: 'package/pax', content: pax, type: 'x' },
        { path: 'package/short-name', content: 'long' },
        { path: 'package/empty', content: '' },
      ]),
      'x.tgz',
    );
    expect([...files.keys()]).toEqual(['package/a.txt', 'package/deep/b.txt', longPath, 'package/empty']);
    expect(text(files.get('package/a.txt'))).toBe('hello');
    expect(files.get('package/deep/b.txt')).toHaveLength(513);
    expect(text(files.get(longPath))).toBe('long');
  });

  it('refuses truncated archives and broken headers', () => {
    const archive = makeTar([{ path: 'package/a.txt', content: 'hello' }]);
    for (const length of [0, 511, 512, 514, 1024]) {
      expect(() => readTar(archive.subarray(0, length), 'x.tgz')).toThrow(
        expect.objectContaining({ code: 'DATASET_INVALID', message: expect.stringContaining('x.tgz') }),
      );
    }
    archive[3] = 0;
    expect(() => readTar(archive, 'x.tgz')).toThrow(/checksum/);
  });
});
