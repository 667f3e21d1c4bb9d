import { describe, expect, it } from 'vitest';
import { readEmbeddings, readFileNames } from '../../../../tools/import/numpy/read-embeddings.js';
import { readNpy } from '../../../../tools/import/numpy/read-npy.js';
import { isNpz, readNpz } from '../../../../tools/import/numpy/read-npz.js';
import { makeZip } from '../zip/make-zip.js';

// Written by NumPy 2.4 of the array [[0, 1, 2], [3, 4, 5]], and of a few other values.
const FILES = {
  protocol0:
    'KGxwMApjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcDEKKGNudW1weQpuZGFycmF5CnAyCihJMAp0cDMKY19jb2RlY3MKZW5jb2RlCnA0CihWYgpwNQpWbGF0aW4xCnA2CnRwNwpScDgKdHA5ClJwMTAKKEkxCihJMgpJMwp0cDExCmNudW1weQpkdHlwZQpwMTIKKFZmNApwMTMKSTAwCkkwMQp0cDE0ClJwMTUKKEkzClY8CnAxNgpOTk5JLTEKSS0xCkkwCnRwMTcKYkkwMApnNAooVlx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMIA/XHUwMDAwXHUwMDAwXHUwMDAwQFx1MDAwMFx1MDAwMEBAXHUwMDAwXHUwMDAwgEBcdTAwMDBcdTAwMDCgQApwMTgKZzYKdHAxOQpScDIwCnRwMjEKYmEu',
  protocol2:
    'gAJdcQBjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQFjbnVtcHkKbmRhcnJheQpxAksAhXEDY19jb2RlY3MKZW5jb2RlCnEEWAEAAABicQVYBgAAAGxhdGluMXEGhnEHUnEIh3EJUnEKKEsBSwJLA4ZxC2NudW1weQpkdHlwZQpxDFgCAAAAZjRxDYmIh3EOUnEPKEsDWAEAAAA8cRBOTk5K/////0r/////SwB0cRFiiWgEWBsAAAAAAAAAAADCgD8AAABAAABAQAAAwoBAAADCoEBxEmgGhnETUnEUdHEVYmEu',
  protocol4:
    'gASVpgAAAAAAAABdlIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLA4aUaASMBWR0eXBllJOUjAJmNJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiiUMYAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAlHSUYmEu',
  protocol5:
    'gAWVkQAAAAAAAABdlIwTbnVtcHkuX2NvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVylJOUKJYYAAAAAAAAAAAAAAAAAIA/AAAAQAAAQEAAAIBAAACgQJSMBW51bXB5lIwFZHR5cGWUk5SMAmY0lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAksDhpSMAUOUdJRSlGEu',
  objects:
    'gAJjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQBjbnVtcHkKbmRhcnJheQpxAUsAhXECY19jb2RlY3MKZW5jb2RlCnEDWAEAAABicQRYBgAAAGxhdGluMXEFhnEGUnEHh3EIUnEJKEsBSwKFcQpjbnVtcHkKZHR5cGUKcQtYAgAAAE84cQyJiIdxDVJxDihLA1gBAAAAfHEPTk5OSv////9K/////0s/dHEQYoldcREoaABoAUsAhXESaAeHcRNScRQoSwFLAksDhnEVaAtYAgAAAGY0cRaJiIdxF1JxGChLA1gBAAAAPHEZTk5OSv////9K/////0sAdHEaYoloA1gbAAAAAAAAAAAAwoA/AAAAQAAAQEAAAMKAQAAAwqBAcRtoBYZxHFJxHXRxHmJOZXRxH2Iu',
  fortranPickle:
    'gAJjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQBjbnVtcHkKbmRhcnJheQpxAUsAhXECY19jb2RlY3MKZW5jb2RlCnEDWAEAAABicQRYBgAAAGxhdGluMXEFhnEGUnEHh3EIUnEJKEsBSwJLA4ZxCmNudW1weQpkdHlwZQpxC1gCAAAAZjRxDImIh3ENUnEOKEsDWAEAAAA8cQ9OTk5K/////0r/////SwB0cRBiiGgDWBsAAAAAAAAAAABAQAAAwoA/AADCgEAAAABAAADCoEBxEWgFhnESUnETdHEUYi4=',
  bigEndian:
    'gAJjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQBjbnVtcHkKbmRhcnJheQpxAUsAhXECY19jb2RlY3MKZW5jb2RlCnEDWAEAAABicQRYBgAAAGxhdGluMXEFhnEGUnEHh3EIUnEJKEsBSwJLA4ZxCmNudW1weQpkdHlwZQpxC1gCAAAAZjRxDImIh3ENUnEOKEsDWAEAAAA+cQ9OTk5K/////0r/////SwB0cRBiiWgDWBsAAAAAAAAAP8KAAABAAAAAQEAAAEDCgAAAQMKgAABxEWgFhnESUnETdHEUYi4=',
  npy: 'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEAAAEBAAACAQAAAoEA=',
  npyFortran:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAAAAAAAAAAAAAhAAAAAAAAA8D8AAAAAAAAQQAAAAAAAAABAAAAAAAAAFEA=',
  npyObjects:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMSwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWLAAAAAAAAAIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwGFlGgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlH2UYXSUYi4=',
  npyScalar:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoCAAAAAAAAAA==',
  npz: 'UEsDBC0AAAAIAAAAIQBP6QAq//////////8FABQAeC5ucHkBABAAmAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgYwaLAHEg5ABMQNQLzAAQBQSwMELQAAAAgAAAAhAO4Zu13//////////wUAFAB5Lm5weQEAEACCAAAAAAAAAEYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXpNkqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALkYGAFBLAQItAy0AAAAIAAAAIQBP6QAqVQAAAJgAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQItAy0AAAAIAAAAIQDuGbtdRgAAAIIAAAAFAAAAAAAAAAAAAACAAYwAAAB5Lm5weVBLBQYAAAAAAgACAGYAAAAJAQAAAAA=',
} as const;

const bytesOf = (name: keyof typeof FILES) => Buffer.from(FILES[name], 'base64');
const counting = { dtype: 'F32', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) };
const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });
/** Protocol 2, opcodes as latin-1 text. */
const pickle = (opcodes: string) => Buffer.from(`\x80\x02${opcodes}`, 'latin1');

/** `repr()` of Python 2: single quotes, or double ones where only single ones are inside; what is no printable ASCII as \\xNN. */
function pythonRepr({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array): string {
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const names: Record<string, string> = {
    '\t': '\\t',
    '\n': '\\n',
    '\r': '\\r',
    '\\': '\\\\',
    [quote]: `\\${quote}`,
  };
  const body = Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    const isPrintable = code >= 0x20 && code < 0x7f;
    return names[character] ?? (isPrintable ? character : `\\x${code.toString(16).padStart(2, '0')}`);
  });
  return `${quote}${body.join('')}${quote}`;
}

describe('readEmbeddings', () => {
  it.each(['protocol0', 'protocol2', 'protocol4', 'protocol5'] as const)('reads arrays of %s', (name) => {
    expect(readEmbeddings(bytesOf(name), 'x.pickle')).toEqual([counting]);
  });

  it('reads the bytes of Python 2, which are strings', () => {
    const bytes = Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer).toString('latin1');
    const dtype =
      'cnumpy\ndtype\n(U\x02f4K\x00K\x01tR(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb';
    const array = `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR(K\x01(K\x02K\x03t${dtype}\x89U\x18${bytes}tb`;
    expect(readEmbeddings(pickle(`]${array}a.`), 'x.pickle')).toEqual([counting]);
  });

  // As cPickle of Python 2.7 writes it with NumPy 1: memo from 1, bytes as the strings that repr() gives.
  it.each(['numpy.core.multiarray', 'numpy._core.multiarray'])(
    'reads protocol 0 of Python 2, of %s',
    (core) => {
      const bytes = Float32Array.of(0, 1.5, 10, -3.25e-5, 39, 92);
      const dtype = "cnumpy\ndtype\np6\n(S'f4'\nI0\nI1\ntRp7\n(I3\nS'<'\nNNNI-1\nI-1\nI0\ntb";
      const array = `c${core}\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntS'b'\ntRp4\n(I1\n(I2\nI3\nt${dtype}I00\nS${pythonRepr(bytes)}\ntb`;
      const second = array.replace(/cnumpy\ndtype.*tb(?=I00)/s, 'g7\n');
      const file = Buffer.from(`(lp1\n${array}a${second}a.`, 'latin1');
      const expected = { dtype: 'F32', shape: [2, 3], data: bytes };
      expect(readEmbeddings(file, 'x.pickle')).toEqual([expected, expected]);
    },
  );

  it('reads every byte that a string of Python 2 may hold, in either quotes', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const bytes of [all, all.filter((byte) => byte !== 0x22), all.filter((byte) => byte !== 0x27)]) {
      const { length } = bytes;
      const dtype = "cnumpy\ndtype\np6\n(S'u1'\nI0\nI1\ntRp7\n(I3\nS'|'\nNNNI-1\nI-1\nI0\ntb";
      const array = `cnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntS'b'\ntRp4\n(I1\n(I1\nI${length}\nt${dtype}I00\nS${pythonRepr(bytes)}\ntb`;
      const [read] = readEmbeddings(Buffer.from(`(lp1\n${array}a.`, 'latin1'), 'x.pickle');
      expect(read?.data).toEqual(bytes);
    }
  });

  it('reads one array of all pictures', () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i);
    const bytes = Buffer.from(values.buffer).toString('latin1');
    const array = `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR(K\x01(K\x02K\x02K\x03tcnumpy\ndtype\nU\x02f4\x85R\x89U\x30${bytes}tb`;
    expect(readEmbeddings(pickle(`${array}.`), 'x.pickle')).toEqual([
      { dtype: 'F32', shape: [2, 3], data: values.slice(0, 6) },
      { dtype: 'F32', shape: [2, 3], data: values.slice(6) },
    ]);
  });

  it('refuses objects, other byte orders and what is no list of arrays', () => {
    expect(() => readEmbeddings(bytesOf('objects'), 'x.pickle')).toThrow(invalid(/type O|objects/));
    expect(() => readEmbeddings(bytesOf('bigEndian'), 'x.pickle')).toThrow(invalid(/big-endian/));
    expect(() => readEmbeddings(bytesOf('fortranPickle'), 'x.pickle')).toThrow(invalid(/list of arrays/));
    expect(() => readEmbeddings(pickle(']K\x01a.'), 'x.pickle')).toThrow(invalid(/picture 0/));
    expect(() => readEmbeddings(pickle('cos\nsystem\n.'), 'x.pickle')).toThrow(invalid(/'os\.system'/));
  });

  it('refuses every truncation', () => {
    const whole = bytesOf('protocol2');
    for (let length = 0; length < whole.length; length++) {
      expect(() => readEmbeddings(whole.subarray(0, length), 'x.pickle')).toThrow(invalid(/x\.pickle/));
    }
  });
});

describe('readFileNames', () => {
  it('reads a list of texts and nothing else', () => {
    expect(readFileNames(pickle('](U\x02abU\x01ce.'), 'x.pickle')).toEqual(['ab', 'c']);
    expect(() => readFileNames(pickle(']K\x01a.'), 'x.pickle')).toThrow(invalid(/file names/));
  });
});

describe('readNpy', () => {
  it('reads arrays in either order', () => {
    expect(readNpy(bytesOf('npy'), 'x.npy')).toEqual(counting);
    expect(readNpy(bytesOf('npyFortran'), 'x.npy')).toEqual({
      dtype: 'F64',
      shape: [2, 3],
      data: Float64Array.of(0, 1, 2, 3, 4, 5),
    });
    expect(readNpy(bytesOf('npyScalar'), 'x.npy')).toEqual({
      dtype: 'I64',
      shape: [],
      data: BigInt64Array.of(2n),
    });
  });

  it('refuses objects and damaged files', () => {
    expect(() => readNpy(bytesOf('npyObjects'), 'x.npy')).toThrow(invalid(/type \|O/));
    const whole = bytesOf('npy');
    for (let length = 0; length < whole.length; length++) {
      expect(() => readNpy(whole.subarray(0, length), 'x.npy')).toThrow(invalid(/x\.npy/));
    }
    expect(() => readNpy(Buffer.concat([whole, Buffer.of(0)]), 'x.npy')).toThrow(invalid(/24 bytes/));
  });
});

describe('readNpz', () => {
  it('reads packed arrays by name', () => {
    expect(isNpz(bytesOf('npz'))).toBe(true);
    expect(readNpz(bytesOf('npz'), 'x.npz')).toEqual(
      new Map<string, unknown>([
        ['x', counting],
        ['y', { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) }],
      ]),
    );
  });

  it('refuses other contents, and an archive that unpacks to more than it says', () => {
    expect(() => readNpz(makeZip([{ path: 'a.txt', content: '' }]), 'x.npz')).toThrow(
      invalid(/arrays alone/),
    );
    const bomb = makeZip([
      { path: 'a.npy', content: Buffer.alloc(2 ** 22), deflate: true, claim: { size: 100 } },
    ]);
    expect(() => readNpz(bomb, 'x.npz')).toThrow(invalid(/does not unpack/));
    const huge = makeZip([{ path: 'a.npy', content: 'x', claim: { size: 2 ** 31 + 1 } }]);
    expect(() => readNpz(huge, 'x.npz')).toThrow(invalid(/would unpack to/));
  });
});
