import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../../src/training/weights/safetensors.js';
import { readStateDict, readStateDicts } from '../../../../tools/import/pytorch/read-state-dict.js';
import { readTensorFile } from '../../../../tools/import/read-tensors.js';
import { makeZip } from '../zip/make-zip.js';

const fixtures = 'test/fixtures/pytorch';
const shared = new URL('../../../../../shared/fixtures/oracles/checkpoints', import.meta.url).pathname;

const expectedOf = (path: string) => readSafetensors(readFileSync(path), path).tensors;
const sorted = (tensors: ReadonlyMap<string, unknown>) => [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
// torch.save({'w': torch.tensor([1., 2., 3.])}, pickle_protocol=N, _use_new_zipfile_serialization=False), PyTorch 2.13.
const PROTOCOLS = {
  1: 'TDExOTU0NzAzNzE0NjAzODgwMTMzMzM1NkwKLk3pAy59cQAoWBAAAABwcm90b2NvbF92ZXJzaW9ucQFN6QNYDQAAAGxpdHRsZV9lbmRpYW5xAkkwMQpYCgAAAHR5cGVfc2l6ZXNxA31xBChYBQAAAHNob3J0cQVLAlgDAAAAaW50cQZLBFgEAAAAbG9uZ3EHSwR1dS59cQBYAQAAAHdxAWN0b3JjaC5fdXRpbHMKX3JlYnVpbGRfdGVuc29yX3YyCnECKChYBwAAAHN0b3JhZ2VxA2N0b3JjaApGbG9hdFN0b3JhZ2UKcQRYDgAAADk0NTc2MTE4ODU4MzY4cQVYAwAAAGNwdXEGSwNOdHEHUUsAKEsDdHEIKEsBdHEJSTAwCmNjb2xsZWN0aW9ucwpPcmRlcmVkRGljdApxCilScQt0cQxScQ1zLl1xAFgOAAAAOTQ1NzYxMTg4NTgzNjhxAWEuAwAAAAAAAAAAAIA/AAAAQAAAQEA=',
  3: 'gAOKCmz8nEb5IGqoUBkugANN6QMugAN9cQAoWBAAAABwcm90b2NvbF92ZXJzaW9ucQFN6QNYDQAAAGxpdHRsZV9lbmRpYW5xAohYCgAAAHR5cGVfc2l6ZXNxA31xBChYBQAAAHNob3J0cQVLAlgDAAAAaW50cQZLBFgEAAAAbG9uZ3EHSwR1dS6AA31xAFgBAAAAd3EBY3RvcmNoLl91dGlscwpfcmVidWlsZF90ZW5zb3JfdjIKcQIoKFgHAAAAc3RvcmFnZXEDY3RvcmNoCkZsb2F0U3RvcmFnZQpxBFgOAAAAOTQ1NzYxMTg4NTgzNjhxBVgDAAAAY3B1cQZLA050cQdRSwBLA4VxCEsBhXEJiWNjb2xsZWN0aW9ucwpPcmRlcmVkRGljdApxCilScQt0cQxScQ1zLoADXXEAWA4AAAA5NDU3NjExODg1ODM2OHEBYS4DAAAAAAAAAAAAgD8AAABAAABAQA==',
  4: 'gASVDQAAAAAAAACKCmz8nEb5IGqoUBkugASVBAAAAAAAAABN6QMugASVWAAAAAAAAAB9lCiMEHByb3RvY29sX3ZlcnNpb26UTekDjA1saXR0bGVfZW5kaWFulIiMCnR5cGVfc2l6ZXOUfZQojAVzaG9ydJRLAowDaW50lEsEjARsb25nlEsEdXUugASVoAAAAAAAAAB9lIwBd5SMDHRvcmNoLl91dGlsc5SMEl9yZWJ1aWxkX3RlbnNvcl92MpSTlCgojAdzdG9yYWdllIwFdG9yY2iUjAxGbG9hdFN0b3JhZ2WUk5SMDjk0NTc2MTE4ODU4MzY4lIwDY3B1lEsDTnSUUUsASwOFlEsBhZSJjAtjb2xsZWN0aW9uc5SMC09yZGVyZWREaWN0lJOUKVKUdJRSlHMugASVFQAAAAAAAABdlIwOOTQ1NzYxMTg4NTgzNjiUYS4DAAAAAAAAAAAAgD8AAABAAABAQA==',
  5: 'gAWVDQAAAAAAAACKCmz8nEb5IGqoUBkugAWVBAAAAAAAAABN6QMugAWVWAAAAAAAAAB9lCiMEHByb3RvY29sX3ZlcnNpb26UTekDjA1saXR0bGVfZW5kaWFulIiMCnR5cGVfc2l6ZXOUfZQojAVzaG9ydJRLAowDaW50lEsEjARsb25nlEsEdXUugAWVoAAAAAAAAAB9lIwBd5SMDHRvcmNoLl91dGlsc5SMEl9yZWJ1aWxkX3RlbnNvcl92MpSTlCgojAdzdG9yYWdllIwFdG9yY2iUjAxGbG9hdFN0b3JhZ2WUk5SMDjk0NTc2MTE4ODU4MzY4lIwDY3B1lEsDTnSUUUsASwOFlEsBhZSJjAtjb2xsZWN0aW9uc5SMC09yZGVyZWREaWN0lJOUKVKUdJRSlHMugAWVFQAAAAAAAABdlIwOOTQ1NzYxMTg4NTgzNjiUYS4DAAAAAAAAAAAAgD8AAABAAABAQA==',
} as const;

const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });

interface Change {
  shape?: number[];
  strides?: number[];
  offset?: number;
  count?: number;
  type?: string;
}

const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;

/** A float tensor of the storage `0`, with what a test wants different. */
function tensorOpcodes(change: Change): string {
  const { shape = [2, 2], strides = [2, 1], offset = 0, count = 4, type = 'FloatStorage' } = change;
  const int = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return `\x8a\x08${bytes.toString('latin1')}`;
  };
  const tuple = (values: number[]) => `(${values.map(int).join('')}t`;
  const storage = `(${text('storage')}ctorch\n${type}\n${text('0')}${text('cpu')}${int(count)}tQ`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${int(offset)}${tuple(shape)}${tuple(strides)}\x89}tR`;
}

/** A zip checkpoint of this pickle and the numbers 1 to 4. */
function archiveOf(opcodes: string): Buffer {
  return makeZip([
    { path: 'archive/data.pkl', content: Buffer.from(`\x80\x02${opcodes}`, 'latin1') },
    { path: 'archive/data/0', content: Buffer.from(Float32Array.of(1, 2, 3, 4).buffer) },
  ]);
}

const checkpointOf = (change: Change) => archiveOf(`}${text('w')}${tensorOpcodes(change)}s.`);

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

  it.each(Object.entries(PROTOCOLS))('reads the older format in pickle protocol %s', (_protocol, file) => {
    const tensors = readTensorFile(Buffer.from(file, 'base64'), 'x.pth').dicts.get('');
    expect(tensors?.get('w')).toEqual({ dtype: 'F32', shape: [3], data: Float32Array.of(1, 2, 3) });
  });

  it.each([
    ['under the name state', `}${text('state')}STATEs.`, ['state']],
    ['under numbers', '}K\x00STATEsK\x01STATEs.', ['0', '1']],
    ['in a tuple', 'K\x03STATE\x86.', ['1']],
    ['in a list in a dict', `}${text('nets')}](STATESTATEes.`, ['nets.0', 'nets.1']],
    [
      'beside an optimiser, which has tensors too',
      `}(${text('Adam')}}(${text('state')}}K\x00STATEs${text('param_groups')}]u${text('netG')}STATEu.`,
      ['netG'],
    ],
  ])('finds state dicts %s', (_what, opcodes, entries) => {
    const state = `}${text('w')}${tensorOpcodes({})}s`;
    const archive = archiveOf(opcodes.replaceAll('STATE', state));
    const dicts = [...readStateDicts(archive, 'x.pth')];
    expect(dicts.map(([path, dict]) => [path, ...(dict.get('w')?.data ?? [])])).toEqual(
      entries.map((entry) => [entry, 1, 2, 3, 4]),
    );
  });

  it('passes over what trainers put beside weights', () => {
    const beside = [
      'c__builtin__\nbytearray\n(X\x01\0\0\0aX\x07\0\0\0latin-1tR',
      'c__builtin__\nbytes\n)R',
      'c__builtin__\ncomplex\n(G?\xf0\0\0\0\0\0\0G@\0\0\0\0\0\0\0tR',
      'c__builtin__\nxrange\n(K\x00K\x03K\x01tR',
      'ccollections\nCounter\n}U\x01aK\x02s\x85R',
      'ctorch\nfloat32\n',
      'ctorch.serialization\n_get_layout\nX\x0d\0\0\0torch.strided\x85R',
    ];
    const items = beside.map((opcodes, i) => `${text(`x${i}`)}${opcodes}`).join('');
    const dict = readStateDict(archiveOf(`}(${items}${text('w')}${tensorOpcodes({})}u.`));
    expect([...dict.keys()]).toEqual(['w']);
  });

  it('reads a hand-made checkpoint, and views of it', () => {
    const read = (change: Change) => {
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
