import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../../src/training/weights/safetensors.js';
import { readStateDict } from '../../../../tools/import/pytorch/read-state-dict.js';
import { makeZip } from '../zip/make-zip.js';

const fixtures = 'test/fixtures/pytorch';
const shared = new URL('../../../../../shared/fixtures/oracles/checkpoints', import.meta.url).pathname;

const expectedOf = (path: string) => readSafetensors(readFileSync(path), path).tensors;
const sorted = (tensors: ReadonlyMap<string, unknown>) => [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });

/** A zip checkpoint of one float tensor with what a test wants different. */
function checkpointOf(change: {
  shape?: number[];
  strides?: number[];
  offset?: number;
  count?: number;
  type?: string;
}) {
  const { shape = [2, 2], strides = [2, 1], offset = 0, count = 4, type = 'FloatStorage' } = change;
  const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
  const int = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return `\x8a\x08${bytes.toString('latin1')}`;
  };
  const tuple = (values: number[]) => `(${values.map(int).join('')}t`;
  const storage = `(${text('storage')}ctorch\n${type}\n${text('0')}${text('cpu')}${int(count)}tQ`;
  const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${int(offset)}${tuple(shape)}${tuple(strides)}\x89}tR`;
  const pickle = Buffer.from(`\x80\x02}${text('w')}${tensor}s.`, 'latin1');
  return makeZip([
    { path: 'archive/data.pkl', content: pickle },
    { path: 'archive/data/0', content: Buffer.from(Float32Array.of(1, 2, 3, 4).buffer) },
  ]);
}

describe('readStateDict', () => {
  it.each([
    ['odd.zip.pth', 'odd.expected.safetensors', undefined],
    ['odd.legacy.pth', 'odd.expected.safetensors', undefined],
    ['odd.nested.zip.pth', 'odd.expected.safetensors', 'netG'],
    ['attngan-text-encoder.tiny.zip.pth', 'attngan-text-encoder.tiny.expected.safetensors', undefined],
    [
      'attngan-text-encoder.tiny.flat.legacy.pth',
      'attngan-text-encoder.tiny.expected.safetensors',
      undefined,
    ],
  ])('reads %s to the bit', (file, expected, entry) => {
    const tensors = readStateDict(readFileSync(`${fixtures}/${file}`), {
      source: file,
      ...(entry && { entry }),
    });
    expect(sorted(tensors)).toEqual(sorted(expectedOf(`${fixtures}/${expected}`)));
  });

  it.skipIf(!existsSync(shared)).each([
    ['stackgan-v1-netG.tiny.zip.pth', 'stackgan-v1-netG.tiny'],
    ['stackgan-v1-netG.tiny.legacy.pth', 'stackgan-v1-netG.tiny'],
    ['stackgan-v2-netG.tiny.module.zip.pth', 'stackgan-v2-netG.tiny'],
    ['attngan-netG.tiny.zip.pth', 'attngan-netG.tiny'],
    ['attngan-netG.tiny.legacy.pth', 'attngan-netG.tiny'],
    ['attngan-netG.tiny.half.zip.pth', 'attngan-netG.tiny.half'],
    ['attngan-netG.tiny.half.legacy.pth', 'attngan-netG.tiny.half'],
  ])('reads %s to the bit (where ../shared is there)', (file, expected) => {
    const tensors = readStateDict(readFileSync(`${shared}/${file}`), { source: file });
    const bare = new Map([...tensors].map(([name, tensor]) => [name.replace(/^module\./, ''), tensor]));
    expect(sorted(bare)).toEqual(sorted(expectedOf(`${shared}/${expected}.expected.safetensors`)));
  });

  it('reads a hand-made checkpoint, and views of it', () => {
    const read = (change: Parameters<typeof checkpointOf>[0]) => {
      return [...(readStateDict(checkpointOf(change)).get('w')?.data ?? [])];
    };
    expect(read({})).toEqual([1, 2, 3, 4]);
    expect(read({ strides: [1, 2] })).toEqual([1, 3, 2, 4]);
    expect(read({ shape: [2], strides: [0], offset: 3 })).toEqual([4, 4]);
    expect(read({ shape: [], strides: [], offset: 1 })).toEqual([2]);
    expect(read({ shape: [2, 0], strides: [1, 1] })).toEqual([]);
  });

  it.each([
    ['a view past the end of its storage', { offset: 1 }, /element 4 of a storage of 4/],
    ['a stride past the end', { strides: [3, 1] }, /element 4 of a storage of 4/],
    ['a storage of another size', { count: 8 }, /storage of 32 bytes, got 16/],
    ['sizes without strides', { strides: [1] }, /2 sizes but 1 strides/],
    ['a negative stride', { strides: [-1, 1], offset: 2 }, /lacks its storage, offset, shape or strides/],
    ['a negative size', { shape: [-2, 2] }, /lacks its storage/],
    ['a tensor without end', { shape: [2 ** 40, 2], strides: [0, 0] }, /larger than the file/],
    ['a size that overflows', { shape: [2 ** 52, 2 ** 52], strides: [0, 0] }, /larger than the file/],
    ['an unknown storage', { type: 'QInt8Storage' }, /'torch\.QInt8Storage', which is not allowed/],
  ])('refuses %s', (_what, change, reason) => {
    expect(() => readStateDict(checkpointOf(change), { source: 'x.pth' })).toThrow(invalid(reason));
  });

  it.each(['odd.zip.pth', 'odd.legacy.pth'])('refuses every truncation of %s', (file) => {
    const bytes = readFileSync(`${fixtures}/${file}`);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readStateDict(bytes.subarray(0, length), { source: file })).toThrow(invalid(/odd/));
    }
  });

  it('never does worse than refuse when bytes are flipped', () => {
    const whole = readFileSync(`${fixtures}/odd.legacy.pth`);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      try {
        readStateDict(bytes, { source: 'flipped' });
      } catch (error) {
        expect(error).toMatchObject({ code: 'WEIGHTS_INVALID' });
      }
    }
  });

  it('refuses other files and dicts without tensors', () => {
    const zip = (files: Parameters<typeof makeZip>[0]) => readStateDict(makeZip(files), { source: 'x.pth' });
    expect(() => readStateDict(Buffer.from('nothing of the kind'))).toThrow(invalid(/opcode/));
    expect(() => readStateDict(Buffer.from('\x80\x02K\x01.', 'latin1'))).toThrow(
      invalid(/written by torch\.save/),
    );
    expect(() => zip([{ path: 'a.txt', content: '' }])).toThrow(invalid(/data\.pkl/));
    expect(() => zip([{ path: 'a/data.pkl', content: '\u0002' }])).toThrow(invalid(/opcode/));
    const pickle = (opcodes: string) => ({
      path: 'a/data.pkl',
      content: Buffer.from(`\x80\x02${opcodes}`, 'latin1'),
    });
    expect(() => zip([pickle('}.')])).toThrow(invalid(/expected tensors in the dict, got none/));
    expect(() => zip([pickle('K\x01.')])).toThrow(invalid(/dict of tensors at the top/));
    expect(() => zip([pickle('}.'), { path: 'a/byteorder', content: 'big' }])).toThrow(
      invalid(/little-endian/),
    );
    const nested = readFileSync(`${fixtures}/odd.nested.zip.pth`);
    expect(() => readStateDict(nested, { entry: 'netD' })).toThrow(invalid(/under 'netD'/));
    expect(readStateDict(nested).size).toBe(readStateDict(nested, { entry: 'netG' }).size);
  });
});
