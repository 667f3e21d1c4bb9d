import { describe, expect, it } from 'vitest';
import { decodeLines } from '../../../src/training/data/decode-lines.js';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

describe('decodeLines', () => {
  it('reads lines of any system, without a byte-order mark', () => {
    const lines = decodeLines(bytes('\uFEFFa bird\r\nein Vöglein\n\nlast'));
    expect(lines.map(({ text }) => text)).toEqual(['a bird', 'ein Vöglein', '', 'last']);
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    expect(lines.some(({ wasLatin1 }) => wasLatin1)).toBe(false);
  });

  it('reads lines that end as on old Macs', () => {
    expect(decodeLines(bytes('one\rtwo\r\rthree\r')).map(({ text }) => text)).toEqual([
      'one',
      'two',
      '',
      'three',
      '',
    ]);
    expect(decodeLines(bytes('\uFEFFone\rtwo', 'utf16le')).map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('reads a line that is no UTF-8 as Windows-1252, and the others as they are', () => {
    const lines = decodeLines(Buffer.concat([bytes('café\n'), bytes('caf\u00e9\r\n', 'latin1'), bytes('b')]));
    expect(lines).toEqual([
      { text: 'café', line: 1, wasLatin1: false },
      { text: 'café', line: 2, wasLatin1: true },
      { text: 'b', line: 3, wasLatin1: false },
    ]);
  });

  it('reads UTF-16 after its mark', () => {
    expect(decodeLines(bytes('\uFEFFone\r\ntwo ü', 'utf16le')).map(({ text }) => text)).toEqual([
      'one',
      'two ü',
    ]);
    const swapped = bytes('\uFEFFone', 'utf16le').swap16();
    expect(decodeLines(swapped).map(({ text }) => text)).toEqual(['one']);
  });

  it('has one empty line of nothing', () => {
    expect(decodeLines(new Uint8Array())).toEqual([{ text: '', line: 1, wasLatin1: false }]);
  });
});
