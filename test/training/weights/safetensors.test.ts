import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  float32Of,
  readSafetensors,
  type SafetensorsTensor,
  writeSafetensors,
} from '../../../src/training/weights/safetensors.js';

const sample = new Map<string, SafetensorsTensor>([
  ['flags', { dtype: 'BOOL', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  ['weights', { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1.5, -2, 0, 1e-30) }],
  ['half', { dtype: 'F16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) }],
  ['step', { dtype: 'I64', shape: [], data: BigInt64Array.of(-(2n ** 60n)) }],
  ['ids', { dtype: 'I32', shape: [1, 2], data: Int32Array.of(-1, 7) }],
  ['none', { dtype: 'U8', shape: [0, 4], data: new Uint8Array(0) }],
]);

/** A file from a raw header, to write what the writer never would. */
function rawFile(header: string | Uint8Array, data = new Uint8Array(0), claimedLength?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, claimedLength ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });

describe('safetensors', () => {
  it('reads back what it wrote, also from a Node buffer that starts at an odd address', () => {
    const bytes = writeSafetensors(sample, { step: '12' });
    const odd = Buffer.concat([Buffer.of(0), bytes]).subarray(1);
    for (const input of [bytes, odd]) {
      const { tensors, metadata } = readSafetensors(input);
      expect(metadata).toEqual({ step: '12' });
      expect(new Map([...tensors].sort())).toEqual(new Map([...sample].sort()));
    }
  });

  it('copies, so that later changes of the bytes do not reach the tensors', () => {
    const bytes = Buffer.from(writeSafetensors(sample));
    const { tensors } = readSafetensors(bytes);
    bytes.fill(255);
    expect(tensors.get('weights')?.data).toEqual(Float32Array.of(1.5, -2, 0, 1e-30));
  });

  it('follows the layout of the format: padded header, wide elements first', () => {
    const bytes = writeSafetensors(sample);
    const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
    expect(header.step).toEqual({ dtype: 'I64', shape: [], data_offsets: [0, 8] });
    expect(header.flags.data_offsets).toEqual([36, 39]);
  });

  it('keeps any float32 array exactly', () => {
    fc.assert(
      fc.property(fc.float32Array({ maxLength: 40 }), fc.string({ minLength: 1 }), (values, name) => {
        fc.pre(name !== '__metadata__' && name !== '__proto__');
        const data = Float32Array.from(values);
        const tensors = new Map<string, SafetensorsTensor>([
          [name, { dtype: 'F32', shape: [data.length], data }],
        ]);
        expect(readSafetensors(writeSafetensors(tensors)).tensors).toEqual(tensors);
      }),
    );
  });

  it('gives float32 values of the floating-point types and refuses integers', () => {
    expect(float32Of({ dtype: 'F16', shape: [3], data: Uint16Array.of(0x3c00, 0xc000, 1) })).toEqual(
      Float32Array.of(1, -2, 2 ** -24),
    );
    expect(float32Of({ dtype: 'BF16', shape: [2], data: Uint16Array.of(0x3f80, 0xc040) })).toEqual(
      Float32Array.of(1, -3),
    );
    expect(float32Of({ dtype: 'F64', shape: [1], data: Float64Array.of(0.1) })).toEqual(Float32Array.of(0.1));
    expect(() => float32Of({ dtype: 'I32', shape: [1], data: Int32Array.of(1) })).toThrow(invalid(/got I32/));
  });

  it('refuses every truncation', () => {
    const bytes = writeSafetensors(sample);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(invalid(/expected/));
    }
  });

  it('refuses a header longer than the file, and one longer than the cap', () => {
    expect(() => readSafetensors(rawFile('{}', undefined, 3n))).toThrow(invalid(/at most 2 bytes, got 3/));
    expect(() => readSafetensors(rawFile('{}', undefined, 2n ** 63n))).toThrow(
      invalid(/got 9223372036854775808/),
    );
    const huge = new Uint8Array(25_000_001).fill(0x20);
    expect(() => readSafetensors(rawFile(huge))).toThrow(invalid(/at most 25000000 bytes/));
  });

  it.each([
    ['no JSON', 'nonsense', /to be JSON/],
    ['an array', '[]', /JSON object/],
    ['bytes that are no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), /to be JSON/],
    ['metadata with a number', '{"__metadata__":{"a":1}}', /strings to strings/],
    ['an unknown dtype', '{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}', /entry of 'a'/],
    ['a negative size', '{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}', /entry of 'a'/],
    [
      'a size beyond exact numbers',
      '{"a":{"dtype":"U8","shape":[1e300],"data_offsets":[0,4]}}',
      /entry of 'a'/,
    ],
    [
      'another size than the shape says',
      '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}}',
      /expected 3 bytes.*got 4/,
    ],
    [
      'a size that overflows',
      '{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}',
      /got 4/,
    ],
    ['a gap', '{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}', /begin at 0, got 2/],
    ['bytes past the end', '{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}', /got/],
    ['bytes that no tensor claims', '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}', /in all/],
    [
      'overlap',
      '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
      /begin at 3, got 2/,
    ],
  ])('refuses %s', (_what, header, reason) => {
    expect(() => readSafetensors(rawFile(header, new Uint8Array(4)), 'x.safetensors')).toThrow(
      invalid(reason),
    );
    expect(() => readSafetensors(rawFile(header, new Uint8Array(4)), 'x.safetensors')).toThrow(
      /x\.safetensors/,
    );
  });

  it('refuses to write a tensor that does not fill its shape', () => {
    const wrong = new Map<string, SafetensorsTensor>([
      ['a', { dtype: 'U8', shape: [2], data: Uint8Array.of(1) }],
    ]);
    expect(() => writeSafetensors(wrong)).toThrow(invalid(/\[2\] elements in 'a', got 1/));
  });
});
