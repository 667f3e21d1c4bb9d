import { describe, expect, it } from 'vitest';
import { readZip } from '../../../../tools/import/zip/read-zip.js';
import { makeZip } from './make-zip.js';

const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();
const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });

describe('readZip', () => {
  it('reads stored, deflated and empty entries, also with a comment and at an odd address', () => {
    const archive = makeZip(
      [
        { path: 'a/stored', content: 'hello' },
        { path: 'a/deflated', content: 'x'.repeat(5000), deflate: true },
        { path: 'a/empty', content: '' },
        { path: 'a/empty-deflated', content: '', deflate: true },
      ],
      'a comment',
    );
    for (const bytes of [archive, Buffer.concat([Buffer.of(0), archive]).subarray(1)]) {
      const entries = readZip(bytes, 'x.zip');
      expect([...entries.keys()]).toEqual(['a/stored', 'a/deflated', 'a/empty', 'a/empty-deflated']);
      expect(text(entries.get('a/stored')?.read())).toBe('hello');
      expect(text(entries.get('a/deflated')?.read())).toBe('x'.repeat(5000));
      expect(entries.get('a/empty')?.read()).toHaveLength(0);
      expect(entries.get('a/empty-deflated')?.read()).toHaveLength(0);
    }
  });

  it('refuses every truncation', () => {
    const archive = makeZip([{ path: 'a', content: 'hello' }]);
    for (let length = 0; length < archive.length; length++) {
      expect(() => readZip(archive.subarray(0, length), 'x.zip')).toThrow(invalid(/x\.zip/));
    }
  });

  it.each([
    ['a wrong checksum', { crc: 1 }, /checksum/],
    ['another size', { size: 6 }, /expected 6 bytes in 'a', got 5/],
    ['an unknown compression', { method: 12 }, /method 12/],
    ['a header past the end', { localHeader: 10_000 }, /header of 'a'/],
    ['a header that is none', { localHeader: 3 }, /header of 'a'/],
    ['an encrypted entry', { flags: 1 }, /'a' is encrypted/],
    ['more than weights unpack to', { size: 0x7fffffff }, /would unpack to 2147483647 bytes from/],
  ])('refuses %s', (_what, claim, reason) => {
    const archive = makeZip([{ path: 'a', content: 'hello', claim }]);
    expect(() => readZip(archive, 'x.zip').get('a')?.read()).toThrow(invalid(reason));
  });

  it('refuses two files of one path, of which one program may take the first and another the last', () => {
    const files = [
      { path: 'a', content: 'hello' },
      { path: 'a', content: 'other' },
    ];
    expect(() => readZip(makeZip(files), 'x.zip')).toThrow(invalid(/two files 'a'/));
  });

  it('reads entries whose sizes come after them: the directory has them too', () => {
    const archive = makeZip([{ path: 'a', content: 'hello', claim: { flags: 8 } }]);
    archive.fill(0, 14, 26);
    expect(text(readZip(archive, 'x.zip').get('a')?.read())).toBe('hello');
  });

  it('refuses zip64 entries', () => {
    const archive = makeZip([{ path: 'a', content: 'hello', claim: { size: 0xffffffff } }]);
    expect(() => readZip(archive, 'x.zip')).toThrow(invalid(/zip64/));
  });

  it('stops an entry that unpacks to more than it admits', () => {
    const bomb = { path: 'a', content: new Uint8Array(10_000_000), deflate: true, claim: { size: 1000 } };
    expect(() =>
      readZip(makeZip([bomb]), 'x.zip')
        .get('a')
        ?.read(),
    ).toThrow(invalid(/does not unpack/));
  });
});
